import type { Model } from '$lib/ipc/models';

/** For what follows everything that happens: figures, histories, the whole of an order. */
export const ALL_MODELS: readonly Model[] = [
  'conference',
  'seat_type',
  'draft_order',
  'priced_order',
  'order_list',
  'order_seats',
  'payment',
  'attention',
];
