import { formatMoney } from '$lib/format/money';
import { formatChange, formatList, formatNumber } from '$lib/format/number';
import * as m from '$lib/paraglide/messages';

/** The data of an event, as the history answers it. */
export type Data = Record<string, unknown>;

/** What a sentence needs beside the event: names and moments are told in words. */
export interface Telling {
  seatName: (seatTypeId: string) => string;
  moment: (instant: string) => string;
}

export function record(value: unknown): Data {
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

export function text(data: Data, field: string): string {
  const value = data[field];
  return typeof value === 'string' ? value : '';
}

export function number(data: Data, field: string): number {
  const value = data[field];
  return typeof value === 'number' ? value : 0;
}

export function money(data: Data, field: string): string {
  const { amount, currency } = record(data[field]);
  if (typeof amount !== 'number' || typeof currency !== 'string') return '';
  return formatMoney({ amount, currency });
}

/** "2 × General admission and 1 × Workshop". */
export function seats(list: unknown, { seatName }: Telling): string {
  const lines = Array.isArray(list) ? list.map(record) : [];
  if (lines.length === 0) return m.history_no_seats();
  const parts = lines.map((line) =>
    m.history_seats({
      count: formatNumber(number(line, 'quantity')),
      name: seatName(text(line, 'seatTypeId')),
    }),
  );
  return formatList(parts);
}

/** "+10 General admission": what became more or fewer. */
export function changes(list: unknown, { seatName }: Telling): string {
  const lines = Array.isArray(list) ? list.map(record) : [];
  const parts = lines.map((line) =>
    m.history_change({
      change: formatChange(number(line, 'difference')),
      name: seatName(text(line, 'seatTypeId')),
    }),
  );
  return formatList(parts);
}

/** A person's name; personal fields are `{ person, value }`, or `{ person, erased: true }`. */
export function person(value: unknown): string {
  const { value: known } = record(value);
  if (known === undefined) return m.person_erased();
  const { firstName, lastName, name } = record(known);
  return [firstName, lastName, name].filter((part) => typeof part === 'string').join(' ');
}

/** Seats are counted from 1 by people and from 0 in the log. */
export function seatNumber(data: Data): string {
  return formatNumber(number(data, 'position') + 1);
}
