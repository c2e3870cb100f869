import { locale } from '$lib/i18n/locale.svelte';
import { numberFormat } from './formatters';

export function formatNumber(value: number): string {
  return numberFormat(locale.current).format(value);
}

export function formatList(parts: string[]): string {
  return new Intl.ListFormat(locale.current, { type: 'conjunction' }).format(
    parts,
  );
}

/** More or fewer: "+10", "-4". */
export function formatChange(value: number): string {
  return numberFormat(locale.current, { signDisplay: 'exceptZero' }).format(
    value,
  );
}

/** The size of a file or the room on a disk: "2.4 MB", "850 MB", "1.2 GB". */
export function formatBytes(bytes: number): string {
  const isLarge = bytes >= 1e9;
  const isSmall = bytes < 1e7;
  return numberFormat(locale.current, {
    style: 'unit',
    unit: isLarge ? 'gigabyte' : 'megabyte',
    maximumFractionDigits: isLarge || isSmall ? 1 : 0,
  }).format(bytes / (isLarge ? 1e9 : 1e6));
}
