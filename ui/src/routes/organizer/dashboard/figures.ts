import { formatMoney } from '$lib/format/money';
import { formatNumber } from '$lib/format/number';
import type { Figure, SeatType } from '$lib/ipc/types';
import * as m from '$lib/paraglide/messages';
import { isOrderStatus, STATUSES } from '../parts/order-status';

/** What is told of each seat type, in the order of the table's columns. */
export const SEAT_KINDS = ['quota', 'sold', 'held', 'remaining'] as const;

const LABELS: Record<string, () => string> = {
  revenue: m.figure_revenue,
  quota: m.seattypes_quota,
  sold: m.seattypes_sold,
  held: m.seattypes_held,
  remaining: m.seattypes_free,
};

/** The figures of the conference as a whole. */
export function moneyFirst(figures: readonly Figure[]): Figure[] {
  const whole = figures.filter(({ seatTypeId }) => !seatTypeId);
  return [...whole.filter(({ currency }) => currency), ...whole.filter(({ currency }) => !currency)];
}

/** A figure's name for a person: "Sold", or "Orders: Confirmed". */
export function figureLabel(figure: string): string {
  const [kind = '', of = ''] = figure.split(':');
  if (kind === 'orders' && isOrderStatus(of)) return STATUSES[of].label();
  return LABELS[kind]?.() ?? figure;
}

/** A figure's name where it stands alone. */
export function figureTitle(figure: string, seatTypes: readonly SeatType[]): string {
  const [kind = '', of = ''] = figure.split(':');
  const label = figureLabel(figure);
  if (kind === 'orders') return m.figure_orders({ status: label });
  const seatType = seatTypes.find(({ seatTypeId }) => seatTypeId === of);
  return seatType ? m.figure_of_seat_type({ name: seatType.name, figure: label }) : label;
}

/** A figure's value, or what a fact adds to it. */
export function formatFigure(value: number, currency: Figure['currency']): string {
  return currency ? formatMoney({ amount: value, currency }) : formatNumber(value);
}

export function figurePath(conferenceId: string, figure: string): string {
  return `#/organizer/${conferenceId}/figures/${encodeURIComponent(figure)}`;
}
