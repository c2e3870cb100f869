//! The seed's table of elements and messages, row by row, with what stands for each row here.
//!
//! Source: the section "Architecture" of the V1 release of the Contoso Conference Management
//! System. Names that only its web framework needed are kept, so that the rows can be found there.

use app::Role::{self, Processor, Registrant};

/// A cell of the table: an element and one message that it sends or receives.
pub struct Row {
    pub element: &'static str,
    pub direction: Direction,
    pub message: &'static str,
    /// What stands for it here.
    pub here: &'static str,
    /// The observations that show it.
    pub shown: &'static [Shown],
}

pub enum Direction {
    Sends,
    Receives,
}

/// An observation.
pub enum Shown {
    /// From this command, event or timeout this event followed.
    Follows(&'static str, &'static str),
    /// This event changed this read model.
    Taken(&'static str, &'static str),
    /// Somebody in this role sent this command.
    Sent(Role, &'static str),
    /// Somebody in this role was answered this query.
    Answered(Role, &'static str),
}

use Direction::{Receives, Sends};
use Shown::{Answered, Follows, Sent, Taken};

const fn row(
    element: &'static str,
    direction: Direction,
    message: &'static str,
    here: &'static str,
    shown: &'static [Shown],
) -> Row {
    Row { element, direction, message, here, shown }
}

const WINDOW: &str = "the window, by a query";
const PAGE: &str = "the window, by a command";
const BY_POLICY: &str = "a policy, so that no rebuild can send it";
const SAME: &str = "the same";
const LISTS: &str = "the organizer's lists";

const CONFERENCE_PAGE: &str = "ConferenceController";
const ORDER_PAGE: &str = "OrderController";
const REGISTRATION_PAGE: &str = "RegistrationController";
const PAYMENT_PAGE: &str = "PaymentController";
const MANAGEMENT: &str = "Conference Management";
const ORDER: &str = "Order";
const SEATS: &str = "SeatsAvailability";
const ASSIGNMENTS: &str = "SeatAssignments";
const PROCESS: &str = "RegistrationProcessManager";
const ORDER_VIEW: &str = "OrderViewModelGenerator";
const PRICED_VIEW: &str = "PricedOrderViewModelGenerator";
const CONFERENCE_VIEW: &str = "ConferenceViewModelGenerator";
const PAYMENT: &str = "ThirdPartyProcessorPayment";

const TIMEOUT: &str = "ExpireRegistrationProcess";
const REGISTER: &str = "RegisterToConference";
const DETAILS: &str = "AssignRegistrantDetails";
const INITIATE: &str = "InitiateThirdPartyProcessorPayment";
const COMPLETE: &str = "CompleteThirdPartyProcessorPayment";
const CANCEL: &str = "CancelThirdPartyProcessorPayment";
const MORE: &str = "AvailableSeatsChanged (more)";
const FEWER: &str = "AvailableSeatsChanged (fewer)";

const MAKE: &[Shown] = &[Follows("OrderPlaced", "SeatsReserved")];
const MARK: &[Shown] = &[
    Follows("SeatsReserved", "OrderReservationCompleted"),
    Follows("SeatsReserved", "OrderPartiallyReserved"),
];
const CONFIRM: &[Shown] = &[Follows("PaymentCompleted", "OrderPaymentConfirmed")];
const COMMIT: &[Shown] = &[Follows("OrderPaymentConfirmed", "SeatsReservationCommitted")];
const REJECT: &[Shown] = &[Follows(TIMEOUT, "OrderExpired")];
const RELEASE: &[Shown] = &[Follows(TIMEOUT, "SeatsReservationCancelled")];
const ADD: &[Shown] = &[Follows("SeatCreated", MORE), Follows("SeatUpdated", MORE)];
const REMOVE: &[Shown] = &[Follows("SeatUpdated", FEWER)];

/// The table, one row a line.
#[rustfmt::skip]
pub const SEED: &[Row] = &[
    row(CONFERENCE_PAGE, Receives, "ConferenceDetails", WINDOW, &[Answered(Registrant, "GetConference")]),
    row(ORDER_PAGE, Sends, "AssignSeat", PAGE, &[Sent(Registrant, "AssignSeat")]),
    row(ORDER_PAGE, Sends, "UnassignSeat", PAGE, &[Sent(Registrant, "UnassignSeat")]),
    row(ORDER_PAGE, Receives, "DraftOrder", WINDOW, &[Answered(Registrant, "GetDraftOrder")]),
    row(ORDER_PAGE, Receives, "OrderSeats", WINDOW, &[Answered(Registrant, "GetOrderSeats")]),
    row(ORDER_PAGE, Receives, "PricedOrder", WINDOW, &[Answered(Registrant, "GetPricedOrder")]),
    row(REGISTRATION_PAGE, Sends, "RegisterToConference", PAGE, &[Sent(Registrant, REGISTER)]),
    row(REGISTRATION_PAGE, Sends, "AssignRegistrantDetails", PAGE, &[Sent(Registrant, DETAILS)]),
    row(REGISTRATION_PAGE, Sends, INITIATE, PAGE, &[Sent(Registrant, INITIATE)]),
    row(REGISTRATION_PAGE, Receives, "DraftOrder", WINDOW, &[Answered(Registrant, "GetDraftOrder")]),
    row(REGISTRATION_PAGE, Receives, "PricedOrder", WINDOW, &[Answered(Registrant, "GetPricedOrder")]),
    row(REGISTRATION_PAGE, Receives, "SeatType", WINDOW, &[Answered(Registrant, "GetSeatTypes")]),
    row(PAYMENT_PAGE, Sends, COMPLETE, "the processor's window", &[Sent(Processor, COMPLETE)]),
    row(PAYMENT_PAGE, Sends, CANCEL, "the processor's window", &[Sent(Processor, CANCEL)]),
    row(PAYMENT_PAGE, Receives, "ThirdPartyProcessorPaymentDetails", "the processor's window, by a query", &[Answered(Processor, "GetPaymentDetails")]),
    row(MANAGEMENT, Sends, "ConferenceCreated", SAME, &[Follows("CreateConference", "ConferenceCreated")]),
    row(MANAGEMENT, Sends, "ConferenceUpdated", SAME, &[Follows("UpdateConference", "ConferenceUpdated")]),
    row(MANAGEMENT, Sends, "ConferencePublished", SAME, &[Follows("PublishConference", "ConferencePublished")]),
    row(MANAGEMENT, Sends, "ConferenceUnpublished", SAME, &[Follows("UnpublishConference", "ConferenceUnpublished")]),
    row(MANAGEMENT, Sends, "SeatCreated", SAME, &[Follows("PublishConference", "SeatCreated"), Follows("CreateSeatType", "SeatCreated")]),
    row(MANAGEMENT, Sends, "SeatUpdated", SAME, &[Follows("UpdateSeatType", "SeatUpdated")]),
    row(MANAGEMENT, Receives, "OrderPlaced", LISTS, &[Taken("OrderPlaced", "order_list")]),
    row(MANAGEMENT, Receives, "OrderRegistrantAssigned", LISTS, &[Taken("OrderRegistrantAssigned", "order_list")]),
    row(MANAGEMENT, Receives, "OrderTotalsCalculated", LISTS, &[Taken("OrderTotalsCalculated", "order_list")]),
    row(MANAGEMENT, Receives, "OrderPaymentConfirmed", LISTS, &[Taken("OrderPaymentConfirmed", "order_list")]),
    row(MANAGEMENT, Receives, "SeatAssigned", LISTS, &[Taken("SeatAssigned", "order_list"), Taken("SeatAssigned", "order_seats")]),
    row(MANAGEMENT, Receives, "SeatAssignmentUpdated", LISTS, &[Taken("SeatAssignmentUpdated", "order_seats")]),
    row(MANAGEMENT, Receives, "SeatUnassigned", LISTS, &[Taken("SeatUnassigned", "order_list"), Taken("SeatUnassigned", "order_seats")]),
    row(ORDER, Sends, "OrderPlaced", SAME, &[Follows(REGISTER, "OrderPlaced")]),
    row(ORDER, Sends, "OrderExpired", SAME, REJECT),
    row(ORDER, Sends, "OrderUpdated", SAME, &[Follows(REGISTER, "OrderUpdated")]),
    row(ORDER, Sends, "OrderPartiallyReserved", SAME, &[Follows("SeatsReserved", "OrderPartiallyReserved")]),
    row(ORDER, Sends, "OrderReservationCompleted", SAME, &[Follows("SeatsReserved", "OrderReservationCompleted")]),
    row(ORDER, Sends, "OrderPaymentConfirmed", SAME, CONFIRM),
    row(ORDER, Sends, "OrderRegistrantAssigned", SAME, &[Follows(DETAILS, "OrderRegistrantAssigned")]),
    row(ORDER, Receives, "RegisterToConference", SAME, &[Follows(REGISTER, "OrderPlaced"), Follows(REGISTER, "OrderUpdated")]),
    row(ORDER, Receives, "MarkSeatsAsReserved", SAME, MARK),
    row(ORDER, Receives, "RejectOrder", SAME, REJECT),
    row(ORDER, Receives, "AssignRegistrantDetails", SAME, &[Follows(DETAILS, "OrderRegistrantAssigned")]),
    row(ORDER, Receives, "ConfirmOrderPayment", SAME, CONFIRM),
    row(SEATS, Sends, "SeatsReserved", SAME, MAKE),
    row(SEATS, Sends, "AvailableSeatsChanged", SAME, &[Follows("SeatCreated", MORE), Follows("SeatUpdated", FEWER)]),
    row(SEATS, Sends, "SeatsReservationCommitted", SAME, COMMIT),
    row(SEATS, Sends, "SeatsReservationCancelled", SAME, RELEASE),
    row(SEATS, Receives, "MakeSeatReservation", SAME, MAKE),
    row(SEATS, Receives, "CancelSeatReservation", SAME, RELEASE),
    row(SEATS, Receives, "CommitSeatReservation", SAME, COMMIT),
    row(SEATS, Receives, "AddSeats", SAME, ADD),
    row(SEATS, Receives, "RemoveSeats", SAME, REMOVE),
    row(ASSIGNMENTS, Sends, "SeatAssignmentsCreated", SAME, &[Follows("OrderPaymentConfirmed", "SeatAssignmentsCreated")]),
    row(ASSIGNMENTS, Sends, "SeatAssigned", SAME, &[Follows("AssignSeat", "SeatAssigned")]),
    row(ASSIGNMENTS, Sends, "SeatUnassigned", SAME, &[Follows("UnassignSeat", "SeatUnassigned"), Follows("AssignSeat", "SeatUnassigned")]),
    row(ASSIGNMENTS, Sends, "SeatAssignmentUpdated", SAME, &[Follows("AssignSeat", "SeatAssignmentUpdated")]),
    row(ASSIGNMENTS, Receives, "AssignSeat", SAME, &[Follows("AssignSeat", "SeatAssigned")]),
    row(ASSIGNMENTS, Receives, "UnassignSeat", SAME, &[Follows("UnassignSeat", "SeatUnassigned")]),
    row(PROCESS, Sends, "MakeSeatReservation", SAME, &[Follows("OrderPlaced", "SeatsReserved"), Follows("OrderUpdated", "SeatsReserved")]),
    row(PROCESS, Sends, TIMEOUT, "a stored timeout", REJECT),
    row(PROCESS, Sends, "MarkSeatsAsReserved", SAME, MARK),
    row(PROCESS, Sends, "CancelSeatReservation", SAME, RELEASE),
    row(PROCESS, Sends, "RejectOrder", SAME, REJECT),
    row(PROCESS, Sends, "CommitSeatReservation", SAME, COMMIT),
    row(PROCESS, Sends, "ConfirmOrderPayment", SAME, CONFIRM),
    row(PROCESS, Receives, "OrderPlaced", SAME, MAKE),
    row(PROCESS, Receives, "PaymentCompleted", SAME, CONFIRM),
    row(PROCESS, Receives, "SeatsReserved", SAME, MARK),
    row(PROCESS, Receives, TIMEOUT, "a stored timeout", REJECT),
    row(ORDER_VIEW, Sends, "DraftOrder", "the read model draft_order", &[Answered(Registrant, "GetDraftOrder")]),
    row(ORDER_VIEW, Receives, "OrderPlaced", SAME, &[Taken("OrderPlaced", "draft_order")]),
    row(ORDER_VIEW, Receives, "OrderUpdated", SAME, &[Taken("OrderUpdated", "draft_order")]),
    row(ORDER_VIEW, Receives, "OrderPartiallyReserved", SAME, &[Taken("OrderPartiallyReserved", "draft_order")]),
    row(ORDER_VIEW, Receives, "OrderReservationCompleted", SAME, &[Taken("OrderReservationCompleted", "draft_order")]),
    row(ORDER_VIEW, Receives, "OrderRegistrantAssigned", SAME, &[Taken("OrderRegistrantAssigned", "draft_order")]),
    row(PRICED_VIEW, Receives, "SeatTypeName", "frozen into the lines of the total", &[Taken("OrderTotalsCalculated", "priced_order")]),
    row(CONFERENCE_VIEW, Sends, "Conference", "the read model conference", &[Answered(Registrant, "GetConference")]),
    row(CONFERENCE_VIEW, Sends, "AddSeats", BY_POLICY, ADD),
    row(CONFERENCE_VIEW, Sends, "RemoveSeats", BY_POLICY, REMOVE),
    row(CONFERENCE_VIEW, Receives, "ConferenceCreated", SAME, &[Taken("ConferenceCreated", "conference")]),
    row(CONFERENCE_VIEW, Receives, "ConferenceUpdated", SAME, &[Taken("ConferenceUpdated", "conference")]),
    row(CONFERENCE_VIEW, Receives, "ConferencePublished", SAME, &[Taken("ConferencePublished", "conference")]),
    row(CONFERENCE_VIEW, Receives, "ConferenceUnpublished", SAME, &[Taken("ConferenceUnpublished", "conference")]),
    row(CONFERENCE_VIEW, Receives, "SeatCreated", SAME, &[Taken("SeatCreated", "seat_type")]),
    row(CONFERENCE_VIEW, Receives, "SeatUpdated", SAME, &[Taken("SeatUpdated", "seat_type")]),
    row(PAYMENT, Sends, "PaymentCompleted", SAME, &[Follows(COMPLETE, "PaymentCompleted")]),
    row(PAYMENT, Sends, "PaymentRejected", SAME, &[Follows(CANCEL, "PaymentRejected")]),
    row(PAYMENT, Sends, "PaymentInitiated", SAME, &[Follows(INITIATE, "PaymentInitiated")]),
    row(PAYMENT, Receives, INITIATE, SAME, &[Follows(INITIATE, "PaymentInitiated")]),
    row(PAYMENT, Receives, COMPLETE, SAME, &[Follows(COMPLETE, "PaymentCompleted")]),
    row(PAYMENT, Receives, CANCEL, SAME, &[Follows(CANCEL, "PaymentRejected")]),
];
