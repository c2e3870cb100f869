import { CalendarDate } from '@internationalized/date';
import { locale } from '$lib/i18n/locale.svelte';
import { momentFormat } from './formatters';

type Part = 'day' | 'month' | 'year';

/**
 * A day as a person types it, in the order of this language or as `2027-05-12`; undefined when it
 * cannot be read or is no day at all. The separators may be left out: "12052027".
 */
export function parseDay(text: string): CalendarDate | undefined {
  const numbers = split(text.trim());
  if (!numbers) return undefined;
  const [year, month, day] = numbers;
  const read = new CalendarDate(year, month, day);
  // What is no day, such as 31 April, comes out as the nearest one.
  const isDay = read.year === year && read.month === month && read.day === day;
  return isDay ? read : undefined;
}

/** A day as it is put into a field: "05/12/2027" in English, "12.05.2027" in German. */
export function dayText(day: CalendarDate): string {
  return format().format(day.toDate('UTC'));
}

/** Year, month and day. */
function split(text: string): [number, number, number] | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  const order = orderOfParts();
  const groups = order.map((part) => (part === 'year' ? '(\\d{4}|\\d{2})' : '(\\d{1,2})'));
  const whole = order.map((part) => (part === 'year' ? '(\\d{4})' : '(\\d{2})'));
  const found =
    new RegExp(`^${groups.join('[./\\-\\s]+')}$`).exec(text) ??
    new RegExp(`^${whole.join('')}$`).exec(text);
  if (!found) return undefined;
  const of = (part: Part) => Number(found[order.indexOf(part) + 1]);
  const year = of('year');
  return [year < 100 ? 2000 + year : year, of('month'), of('day')];
}

function orderOfParts(): Part[] {
  const isPart = (type: string): type is Part => ['day', 'month', 'year'].includes(type);
  return format()
    .formatToParts()
    .map(({ type }) => type)
    .filter(isPart);
}

function format() {
  return momentFormat(locale.current, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
  });
}
