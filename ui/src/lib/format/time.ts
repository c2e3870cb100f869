import { locale } from '$lib/i18n/locale.svelte';
import { momentFormat, numberFormat } from './formatters';

/** `YYYY-MM-DD`. */
type Day = string;
/** RFC 3339 in UTC. */
type Instant = string;

/** The days of a conference, as "12 – 14 May 2027". Days have no zone, so UTC stands for all. */
export function formatDays(start: Day, end: Day): string {
  const format = momentFormat(locale.current, {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  return format.formatRange(
    new Date(`${start}T00:00:00Z`),
    new Date(`${end}T00:00:00Z`),
  );
}

/** One day with its weekday, as "Wednesday, 12 May 2027". */
export function formatDay(day: Day): string {
  return ofDay(day, { dateStyle: 'full' });
}

/** "May 2027", of any day in it. */
export function formatMonth(day: Day): string {
  return ofDay(day, { year: 'numeric', month: 'long' });
}

/** "Wed", or "Wednesday". */
export function formatWeekday(day: Day, weekday: 'short' | 'long'): string {
  return ofDay(day, { weekday });
}

/** A moment on the conference's wall clock, with the zone's name because it may not be ours. */
export function formatMoment(instant: Instant, timeZone: string): string {
  return momentFormat(locale.current, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(new Date(instant));
}

/** The same where many stand in a column and the page says whose clock it is. */
export function formatMomentShort(instant: Instant, timeZone: string): string {
  return momentFormat(locale.current, {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(instant));
}

/** What a zone is called, as "Central European Time"; undefined where it is this computer's. */
export function nameOfOtherZone(timeZone: string): string | undefined {
  const name = zoneName({ timeZone });
  return name === zoneName({}) ? undefined : name;
}

/** A moment on this computer's clock: "23 Nov 2026, 09:41". */
export function formatMomentHere(instant: Instant): string {
  return momentFormat(locale.current, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(new Date(instant));
}

/** A time of day on this computer's clock: "09:41". */
export function formatClock(instant: Instant): string {
  return momentFormat(locale.current, { timeStyle: 'short' }).format(
    new Date(instant),
  );
}

/** Whole seconds as "14:32". */
export function formatRemaining(seconds: number): string {
  const two = numberFormat(locale.current, { minimumIntegerDigits: 2 });
  const one = numberFormat(locale.current);
  return `${one.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}

const SPANS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Whole seconds in their largest unit: "2 hours". */
export function formatSpan(seconds: number): string {
  const [unit, length] = SPANS.find(([, least]) => seconds >= least) ?? SPANS[2];
  return numberFormat(locale.current, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(seconds / length);
}

/** Without the hour's summer or winter: moments of both stand in one list. */
function zoneName(zone: { timeZone?: string }): string | undefined {
  return momentFormat(locale.current, { ...zone, timeZoneName: 'longGeneric' })
    .formatToParts()
    .find(({ type }) => type === 'timeZoneName')?.value;
}

function ofDay(day: Day, options: Intl.DateTimeFormatOptions): string {
  return momentFormat(locale.current, { ...options, timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}
