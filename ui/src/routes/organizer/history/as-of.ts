/** A position of the log, or a moment of RFC 3339. */
export type AsOf = number | string;

/** What the address asks for: `?asOf=123` or `?asOf=2026-11-23T09:00:00Z`. */
export function readAsOf(search: URLSearchParams): AsOf | undefined {
  const text = search.get('asOf') ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  return Number.isNaN(Date.parse(text)) ? undefined : text;
}

/** A moment on this computer's clock: `2026-11-23` and `09:00`. */
export function localDayAndTime(instant: string): { day: string; time: string } {
  const moment = new Date(instant);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString();
  return { day: local.slice(0, 10), time: local.slice(11, 16) };
}

/** The same as a moment for the core; the time may be typed as `9:00`. */
export function instantOf(day: string, time: string): string {
  return new Date(`${day}T${time.padStart(5, '0')}`).toISOString();
}
