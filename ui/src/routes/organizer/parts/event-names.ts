import * as m from '$lib/paraglide/messages';

/** What each event of the log is called where there is room for a few words only. */
const NAMES: Record<string, () => string> = {
  ConferenceCreated: m.event_conference_created,
  ConferenceUpdated: m.event_conference_updated,
  ConferencePublished: m.event_conference_published,
  ConferenceUnpublished: m.event_conference_unpublished,
  RedirectChanged: m.event_redirect_changed,
  InvoicePolicyChanged: m.event_invoice_policy_changed,
  SeatTypeDefined: m.event_seat_type_defined,
  SeatTypeChanged: m.event_seat_type_changed,
  SeatTypeDeleted: m.event_seat_type_deleted,
  SeatCreated: m.event_seat_created,
  SeatUpdated: m.event_seat_type_changed,
  AvailableSeatsChanged: m.event_available_seats_changed,
  SeatsReserved: m.event_seats_reserved,
  SeatsReservationCancelled: m.event_seats_reservation_cancelled,
  SeatsReservationCommitted: m.event_seats_reservation_committed,
  OrderPlaced: m.event_order_placed,
  OrderUpdated: m.event_order_updated,
  OrderPartiallyReserved: m.event_order_partially_reserved,
  OrderReservationCompleted: m.event_order_reservation_completed,
  OrderReservationExtended: m.event_order_reservation_extended,
  OrderTotalsCalculated: m.event_order_totals_calculated,
  OrderRegistrantAssigned: m.event_order_registrant_assigned,
  FreeOrderConfirmed: m.event_free_order_confirmed,
  OrderPaymentConfirmed: m.event_order_payment_confirmed,
  OrderExpired: m.event_order_expired,
  OrderRevived: m.event_order_revived,
  OrderSeatsCancelled: m.event_order_seats_cancelled,
  OrderCancelled: m.event_order_cancelled,
  RefundRequested: m.event_refund_requested,
  SeatAssignmentsCreated: m.event_seat_assignments_created,
  SeatAssigned: m.event_seat_assigned,
  SeatUnassigned: m.event_seat_unassigned,
  SeatAssignmentUpdated: m.event_seat_assignment_updated,
  PaymentInitiated: m.event_payment_initiated,
  PaymentCompleted: m.event_payment_completed,
  PaymentRejected: m.event_payment_rejected,
  InvoiceIssued: m.event_invoice_issued,
  InvoicePaid: m.event_invoice_paid,
  AttentionRaised: m.event_attention_raised,
  AttentionResolved: m.event_attention_resolved,
  PersonErased: m.event_person_erased,
};

/** An event in a few words; one that this window does not know, as the log calls it. */
export function eventName(event: string): string {
  return NAMES[event]?.() ?? event;
}
