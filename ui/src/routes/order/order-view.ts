import { clock } from '$lib/app/clock.svelte';
import { getConference, getDraftOrder, getPricedOrder } from '$lib/ipc/client';
import { asCoreError } from '$lib/ipc/core-error';
import type { Model } from '$lib/ipc/models';
import type { ConferenceAnswer, DraftOrderAnswer, PricedOrderAnswer } from '$lib/ipc/types';

/** What every page of an order shows parts of. */
export interface OrderView {
  draft: DraftOrderAnswer;
  /** Absent until the seats are reserved. */
  priced: PricedOrderAnswer | undefined;
  /** Absent when the conference has been closed: its orders keep working. */
  conference: ConferenceAnswer | undefined;
}

/** The read models that an `OrderView` is made of. */
export const ORDER_MODELS: readonly Model[] = [
  'draft_order',
  'priced_order',
  'conference',
  'payment',
  'attention',
];

export async function loadOrder(orderId: string): Promise<OrderView> {
  const draft = await getDraftOrder({ orderId });
  clock.follow(draft.now);
  const [priced, conference] = await Promise.all([
    orAbsent(getPricedOrder({ orderId })),
    orAbsent(getConference({ conferenceId: draft.conferenceId })),
  ]);
  return { draft, priced, conference };
}

/** The moments at which the core may allow something else than it did before. */
export function turningPoints({ draft }: OrderView): string[] {
  return [draft.extendableFrom, draft.reservationExpiration, draft.seatsReleasedAt];
}

/** Where a registrant goes on after asking for seats. */
export function pathAfterReservation(draft: DraftOrderAnswer): string {
  const page = draft.state === 'PartiallyReserved' ? 'seats' : 'details';
  return `/order/${draft.orderId}/${page}`;
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
