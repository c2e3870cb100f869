//! Every use case once: its name, who may call it, and the form of what goes in and comes out.

use read_models::answers::{AttendeeRow, OrderRow, Page, PaymentDetails};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::{
    role::Role::{self, Checkin, Desk, Kiosk, Organizer, Processor, Registrant},
    wire::{answers, commands, health, mails, queries},
};

/// What can be asked of the application.
pub struct UseCase {
    /// Its method.
    pub name: &'static str,
    /// Who may call it.
    pub roles: &'static [Role],
    /// The schema of its parameters.
    pub params: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its answer.
    pub answer: fn(&mut SchemaGenerator) -> Schema,
}

/// Buying seats: everybody who stands before a registration page.
const BUYER: &[Role] = &[Registrant, Kiosk, Desk, Organizer];
/// A staffed desk.
const STAFF: &[Role] = &[Desk, Organizer];
/// The processor, by a payment's token; the organizer on the command line stands for it without.
const PROCESSOR: &[Role] = &[Processor, Organizer];
/// The owner of the conference.
const OWNER: &[Role] = &[Organizer];
/// Who buys, and the processor, which shows what is paid for.
const PAYER: &[Role] = &[Registrant, Kiosk, Processor, Desk, Organizer];
/// Everybody.
const ANYBODY: &[Role] = &[Registrant, Kiosk, Processor, Checkin, Desk, Organizer];

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const fn use_case<Params: JsonSchema, Answer: JsonSchema>(
    name: &'static str,
    roles: &'static [Role],
) -> UseCase {
    UseCase { name, roles, params: schema_of::<Params>, answer: schema_of::<Answer> }
}

const fn command<Params: JsonSchema>(name: &'static str, roles: &'static [Role]) -> UseCase {
    use_case::<Params, answers::Done>(name, roles)
}

/// The commands.
pub const COMMANDS: &[UseCase] = &[
    use_case::<commands::CreateConference, answers::CreatedConference>("CreateConference", OWNER),
    command::<commands::UpdateConference>("UpdateConference", OWNER),
    command::<commands::PublishConference>("PublishConference", OWNER),
    command::<commands::UnpublishConference>("UnpublishConference", OWNER),
    command::<commands::SetInvoicePolicy>("SetInvoicePolicy", OWNER),
    command::<commands::SeatTypeForm>("CreateSeatType", OWNER),
    command::<commands::SeatTypeForm>("UpdateSeatType", OWNER),
    command::<commands::DeleteSeatType>("DeleteSeatType", OWNER),
    use_case::<commands::RegisterToConference, answers::Registered>("RegisterToConference", BUYER),
    command::<commands::AssignRegistrantDetails>("AssignRegistrantDetails", BUYER),
    command::<commands::ExtendReservation>("ExtendReservation", BUYER),
    command::<commands::ConfirmFreeOrder>("ConfirmFreeOrder", BUYER),
    command::<commands::SettleAtDesk>("SettleAtDesk", STAFF),
    command::<commands::CancelOrderSeats>("CancelOrderSeats", OWNER),
    command::<commands::InitiateThirdPartyProcessorPayment>(
        "InitiateThirdPartyProcessorPayment",
        BUYER,
    ),
    command::<commands::CompleteThirdPartyProcessorPayment>(
        "CompleteThirdPartyProcessorPayment",
        PROCESSOR,
    ),
    command::<commands::CancelThirdPartyProcessorPayment>(
        "CancelThirdPartyProcessorPayment",
        PROCESSOR,
    ),
    command::<commands::ScriptThirdPartyProcessorPayment>(
        "ScriptThirdPartyProcessorPayment",
        PROCESSOR,
    ),
    use_case::<commands::InitiateInvoicePayment, answers::IssuedInvoice>(
        "InitiateInvoicePayment",
        BUYER,
    ),
    command::<commands::MarkInvoicePaid>("MarkInvoicePaid", OWNER),
    command::<commands::AssignSeat>("AssignSeat", BUYER),
    command::<commands::UnassignSeat>("UnassignSeat", BUYER),
    command::<commands::RetryLatePayment>("RetryLatePayment", OWNER),
    command::<commands::RecordRefund>("RecordRefund", OWNER),
    command::<commands::DismissAttention>("DismissAttention", OWNER),
    use_case::<commands::ErasePerson, answers::ErasedPersons>("ErasePerson", OWNER),
    command::<commands::MarkMailsExported>("MarkMailsExported", OWNER),
    command::<mails::SetMailServer>("SetMailServer", OWNER),
    command::<mails::RemoveMailServer>("RemoveMailServer", OWNER),
    command::<mails::TestMailServer>("TestMailServer", OWNER),
    command::<mails::SendMails>("SendMails", OWNER),
    command::<mails::RetryMails>("RetryMails", OWNER),
    command::<commands::SetBackupFolder>("SetBackupFolder", OWNER),
    command::<commands::SetHoldLimit>("SetHoldLimit", OWNER),
    use_case::<commands::MakeBackup, answers::MadeBackup>("MakeBackup", OWNER),
    command::<commands::CancelBackup>("CancelBackup", OWNER),
    command::<health::VerifyData>("VerifyData", OWNER),
    command::<health::CancelVerification>("CancelVerification", OWNER),
    command::<health::RebuildReadModels>("RebuildReadModels", OWNER),
    command::<health::CancelRebuild>("CancelRebuild", OWNER),
];

/// The queries.
pub const QUERIES: &[UseCase] = &[
    use_case::<queries::GetApplication, answers::Application>("GetApplication", ANYBODY),
    use_case::<queries::GetConference, answers::ConferenceAnswer>("GetConference", ANYBODY),
    use_case::<queries::ListConferences, answers::Conferences>("ListConferences", ANYBODY),
    use_case::<queries::LocateConference, answers::LocatedConference>("LocateConference", OWNER),
    use_case::<queries::EstimateTotal, answers::Estimate>("EstimateTotal", BUYER),
    use_case::<queries::GetSeatTypes, answers::SeatTypes>("GetSeatTypes", BUYER),
    use_case::<queries::PreviewQuota, answers::QuotaPreview>("PreviewQuota", OWNER),
    use_case::<queries::GetDraftOrder, answers::DraftOrderAnswer>("GetDraftOrder", BUYER),
    use_case::<queries::GetPricedOrder, answers::PricedOrderAnswer>("GetPricedOrder", BUYER),
    use_case::<queries::LocateOrder, answers::LocatedOrder>("LocateOrder", BUYER),
    use_case::<queries::GetOrderSeats, answers::OrderSeatsAnswer>("GetOrderSeats", BUYER),
    use_case::<queries::GetPaymentDetails, PaymentDetails>("GetPaymentDetails", PAYER),
    use_case::<queries::ListOrders, Page<OrderRow>>("ListOrders", OWNER),
    use_case::<queries::ListAttendees, Page<AttendeeRow>>("ListAttendees", STAFF),
    use_case::<queries::ListAttentionCards, answers::AttentionCards>("ListAttentionCards", OWNER),
    use_case::<queries::GetDashboard, answers::Dashboard>("GetDashboard", OWNER),
    use_case::<queries::ExplainFigure, answers::Explanation>("ExplainFigure", OWNER),
    use_case::<queries::GetHistory, answers::History>("GetHistory", OWNER),
    use_case::<mails::GetMailServer, mails::MailServerState>("GetMailServer", OWNER),
    use_case::<mails::ListMails, mails::Mails>("ListMails", OWNER),
    use_case::<queries::GetSettings, answers::Settings>("GetSettings", OWNER),
    use_case::<queries::GetBackups, answers::BackupState>("GetBackups", OWNER),
    use_case::<queries::ListBackups, answers::BackupList>("ListBackups", OWNER),
    use_case::<health::GetDataHealth, health::DataHealth>("GetDataHealth", OWNER),
    use_case::<health::GetRebuild, health::RebuildState>("GetRebuild", OWNER),
];

/// What `lanyard rpc --clock manual` offers beside them; no window does.
pub const CLOCK: UseCase =
    use_case::<commands::AdvanceClock, answers::AdvancedClock>("AdvanceClock", OWNER);

/// The use case of a method, with whether it is a command.
pub fn find(method: &str) -> Option<(&'static UseCase, bool)> {
    let named = |cases: &'static [UseCase]| cases.iter().find(|case| case.name == method);
    named(COMMANDS).map(|case| (case, true)).or_else(|| named(QUERIES).map(|case| (case, false)))
}
