import type { ListedSeat } from '$lib/ipc/types';

/** So many names fit a column of the orders. */
const MOST_NAMES = 2;

/** The first names on an order's seats, as many as fit, and how many more there are. */
export function attendeeNames(seats: ListedSeat[]): { names: string; more: number } {
  const all = seats.flatMap(({ attendee }) => (attendee ? [attendee.firstName] : []));
  const shown = all.slice(0, MOST_NAMES);
  return { names: shown.join(', '), more: all.length - shown.length };
}
