/** A position of the log, or a moment of RFC 3339. */
export type AsOf = number | string;

/** What the address asks for: `?asOf=123` or `?asOf=2026-11-23T09:00:00Z`. */
export function readAsOf(search: URLSearchParams): AsOf | undefined {
  const text = search.get('asOf') ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  return Number.isNaN(Date.parse(text)) ? undefined : text;
}

/** A moment as a field of date and time shows it, on this computer's clock. */
export function localText(instant: string): string {
  const moment = new Date(instant);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What was picked in such a field, as a moment for the core. */
export function instantOf(local: string): string {
  return new Date(local).toISOString();
}
