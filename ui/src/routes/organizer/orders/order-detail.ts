import {
  getDraftOrder,
  getOrderSeats,
  getPaymentDetails,
  getPricedOrder,
  getSeatTypes,
} from '$lib/ipc/client';
import { getHistory, listOrders } from '$lib/ipc/client-organizer';
import { asCoreError } from '$lib/ipc/core-error';
import type {
  DraftOrderAnswer,
  HistoryItem,
  OrderRow,
  OrderSeatsAnswer,
  PaymentDetails,
  PricedOrderAnswer,
  SeatType,
} from '$lib/ipc/types';

/** Everything that an organizer sees of one order. */
export interface OrderDetail {
  draft: DraftOrderAnswer;
  row: OrderRow | undefined;
  /** Absent until the seats are reserved. */
  priced: PricedOrderAnswer | undefined;
  /** Absent until the order is confirmed, and when all of them are cancelled. */
  seats: OrderSeatsAnswer | undefined;
  payments: PaymentDetails[];
  history: HistoryItem[];
  seatTypes: SeatType[];
}

/** The longest history that is shown of one order; the core gives no more at once. */
const MOST_EVENTS = 500;

export async function loadOrder(conferenceId: string, orderId: string): Promise<OrderDetail> {
  const [draft, priced, seats, history, { seatTypes }] = await Promise.all([
    getDraftOrder({ orderId }),
    orAbsent(getPricedOrder({ orderId })),
    orAbsent(getOrderSeats({ orderId })),
    getHistory({ correlationId: orderId, limit: MOST_EVENTS }),
    getSeatTypes({ conferenceId }),
  ]);
  // The list's row says who placed the order and how it was paid; its code finds it.
  const [{ items }, payments] = await Promise.all([
    listOrders({ conferenceId, search: draft.accessCode }),
    Promise.all(paymentIds(history.items).map((paymentId) => getPaymentDetails({ paymentId }))),
  ]);
  const row = items.find((item) => item.orderId === orderId);
  return { draft, row, priced, seats, payments, history: history.items, seatTypes };
}

/** The attempts to pay, as they began. */
function paymentIds(history: HistoryItem[]): string[] {
  return history
    .filter(({ event }) => event === 'PaymentInitiated' || event === 'InvoiceIssued')
    .map(({ data }) => data['paymentId'])
    .filter((id): id is string => typeof id === 'string');
}

/** What the page of cancelling shows. */
export async function loadSeats(orderId: string) {
  const asked = [getDraftOrder({ orderId }), orAbsent(getOrderSeats({ orderId }))] as const;
  const [draft, seats] = await Promise.all(asked);
  return { draft, seats };
}

async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    const error = asCoreError(thrown);
    if (error.code === 'RefusedNotFound') return undefined;
    throw error;
  }
}
