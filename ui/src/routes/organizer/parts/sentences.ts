import { formatNumber } from '$lib/format/number';
import type { HistoryItem } from '$lib/ipc/types';
import * as m from '$lib/paraglide/messages';
import { eventName } from './event-names';
import {
  changes,
  money,
  number,
  person,
  record,
  seatNumber,
  seats,
  text,
  type Data,
  type Telling,
} from './sentence-parts';

type Sentence = (data: Data, telling: Telling) => string;

const seatType = (data: Data) => ({
  name: text(data, 'name'),
  quantity: formatNumber(number(data, 'quantity')),
  price: money(data, 'price'),
});
const wanted: Sentence = (data, telling) => seats(data['seats'], telling);

/** What each event says, in whole sentences; one that is missing here goes by its name. */
const SENTENCES: Record<string, Sentence> = {
  ConferenceCreated: (data) =>
    m.told_conference_created({ name: text(data, 'name'), owner: person(data['owner']) }),
  ConferenceUpdated: (data) => m.told_conference_updated({ name: text(data, 'name') }),
  ConferencePublished: () => m.told_conference_published(),
  ConferenceUnpublished: (data) =>
    data['redirectUrl']
      ? m.told_conference_unpublished_to({ address: text(data, 'redirectUrl') })
      : m.told_conference_unpublished(),
  RedirectChanged: (data) =>
    data['redirectUrl']
      ? m.told_redirect_changed({ address: text(data, 'redirectUrl') })
      : m.told_redirect_removed(),
  InvoicePolicyChanged: ({ invoicePolicy }) => {
    const days = number(record(invoicePolicy), 'payFirst');
    if (days === 0) return m.told_policy_at_once();
    return m.told_policy_pay_first({ count: days, number: formatNumber(days) });
  },
  SeatTypeDefined: (data) => m.told_seat_type_defined(seatType(data)),
  SeatTypeChanged: (data) => m.told_seat_type_changed(seatType(data)),
  SeatTypeDeleted: (data, { seatName }) =>
    m.told_seat_type_deleted({ name: seatName(text(data, 'seatTypeId')) }),
  SeatCreated: (data) => m.told_seat_created(seatType(data)),
  SeatUpdated: (data) => m.told_seat_type_changed(seatType(data)),
  AvailableSeatsChanged: (data, telling) =>
    m.told_available_seats_changed({ seats: changes(data['seats'], telling) }),
  SeatsReserved: (data, telling) =>
    m.told_seats_reserved({ seats: seats(data['reservationDetails'], telling) }),
  SeatsReservationCancelled: (data, telling) =>
    m.told_seats_reservation_cancelled({ seats: changes(data['availableSeatsChanged'], telling) }),
  SeatsReservationCommitted: () => m.told_seats_reservation_committed(),
  OrderPlaced: (data, telling) => m.told_order_placed({ seats: wanted(data, telling) }),
  OrderUpdated: (data, telling) => m.told_order_updated({ seats: wanted(data, telling) }),
  OrderPartiallyReserved: (data, telling) =>
    m.told_order_partially_reserved({ seats: wanted(data, telling) }),
  OrderReservationCompleted: (data, telling) =>
    m.told_order_reservation_completed({
      seats: wanted(data, telling),
      until: telling.moment(text(data, 'reservationExpiration')),
    }),
  OrderReservationExtended: (data, { moment }) =>
    m.told_order_reservation_extended({ until: moment(text(data, 'reservationExpiration')) }),
  OrderTotalsCalculated: (data) => m.told_order_totals({ total: money(data, 'total') }),
  OrderRegistrantAssigned: (data) => m.told_registrant({ name: person(data['registrant']) }),
  FreeOrderConfirmed: () => m.told_free_order_confirmed(),
  OrderPaymentConfirmed: ({ settlement }) => settled(record(settlement)),
  OrderExpired: () => m.told_order_expired(),
  OrderRevived: (data, telling) => m.told_order_revived({ seats: wanted(data, telling) }),
  OrderSeatsCancelled: (data, telling) => {
    const told = { seats: wanted(data, telling), reason: text(data, 'reason') };
    return data['returned'] === 'held'
      ? m.told_seats_cancelled_held({ ...told, fee: money(data, 'fee') })
      : m.told_seats_cancelled({ ...told, fee: money(data, 'fee') });
  },
  OrderCancelled: () => m.told_order_cancelled(),
  RefundRequested: (data) => m.told_refund_requested({ amount: money(data, 'amount') }),
  SeatAssignmentsCreated: (data) => {
    const count = Array.isArray(data['seats']) ? data['seats'].length : 0;
    return m.told_assignments_created({ count, number: formatNumber(count) });
  },
  SeatAssigned: (data) =>
    m.told_seat_assigned({ seat: seatNumber(data), name: person(data['attendee']) }),
  SeatUnassigned: (data) => m.told_seat_unassigned({ seat: seatNumber(data) }),
  SeatAssignmentUpdated: (data) =>
    m.told_seat_renamed({ seat: seatNumber(data), name: person(data['attendee']) }),
  PaymentInitiated: (data) => m.told_payment_initiated({ amount: money(data, 'amount') }),
  PaymentCompleted: (data) => m.told_payment_completed({ amount: money(data, 'amount') }),
  PaymentRejected: (data) => m.told_payment_rejected({ amount: money(data, 'amount') }),
  InvoiceIssued: (data, { moment }) => {
    const told = { number: text(data, 'number'), amount: money(data, 'amount') };
    const due = text(data, 'dueAt');
    return due ? m.told_invoice_due({ ...told, due: moment(due) }) : m.told_invoice(told);
  },
  InvoicePaid: (data) => m.told_invoice_paid({ number: text(data, 'number') }),
  AttentionRaised: (data) =>
    data['kind'] === 'overpayment'
      ? m.told_overpaid({ paid: money(data, 'paid') })
      : m.told_late({ paid: money(data, 'paid') }),
  AttentionResolved: ({ resolution }) => resolved(record(resolution)),
  PersonErased: (data) => m.told_person_erased({ reason: text(data, 'reason') }),
};

function settled(settlement: Data): string {
  switch (settlement['kind']) {
    case 'thirdParty':
      return m.told_settled_card();
    case 'invoice':
      return m.told_settled_invoice({ number: text(settlement, 'number') });
    case 'desk':
      return settlement['means'] === 'cash' ? m.told_settled_cash() : m.told_settled_terminal();
    default:
      return m.told_settled_free();
  }
}

function resolved(resolution: Data): string {
  switch (resolution['kind']) {
    case 'refunded':
      return m.told_resolved_refund({ amount: money(resolution, 'amount') });
    case 'dismissed':
      return m.told_resolved_dismissed({ reason: text(resolution, 'reason') });
    default:
      return m.told_resolved_retried();
  }
}

/** An event as a sentence. */
export function sentence({ event, data }: HistoryItem, telling: Telling): string {
  return SENTENCES[event]?.(data, telling) ?? eventName(event);
}
