import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import Hourglass from '@lucide/svelte/icons/hourglass';
import TimerOff from '@lucide/svelte/icons/timer-off';
import type { OrderStatus } from '$lib/ipc/types';
import * as m from '$lib/paraglide/messages';

/** How each status of an order looks and reads, in the order in which an order goes through them. */
export const STATUSES = {
  Placed: { tone: 'neutral', icon: CircleDashed, label: m.status_placed },
  PartiallyReserved: { tone: 'warn', icon: Hourglass, label: m.status_partly_reserved },
  Reserved: { tone: 'info', icon: Hourglass, label: m.status_reserved },
  Confirmed: { tone: 'ok', icon: CircleCheck, label: m.status_confirmed },
  Expired: { tone: 'neutral', icon: TimerOff, label: m.status_expired },
  Cancelled: { tone: 'danger', icon: Ban, label: m.status_cancelled },
} as const satisfies Record<OrderStatus, object>;

export const ALL_STATUSES = Object.keys(STATUSES) as OrderStatus[];

export function isOrderStatus(text: string): text is OrderStatus {
  return text in STATUSES;
}
