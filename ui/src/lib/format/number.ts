import { locale } from '$lib/i18n/locale.svelte';

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale.current).format(value);
}

export function formatList(parts: string[]): string {
  return new Intl.ListFormat(locale.current, { type: 'conjunction' }).format(parts);
}

/** More or fewer: "+10", "-4". */
export function formatChange(value: number): string {
  return new Intl.NumberFormat(locale.current, { signDisplay: 'exceptZero' }).format(value);
}
