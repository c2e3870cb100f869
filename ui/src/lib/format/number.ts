import { locale } from "$lib/i18n/locale.svelte";
import { numberFormat } from "./formatters";

export function formatNumber(value: number): string {
  return numberFormat(locale.current).format(value);
}

export function formatList(parts: string[]): string {
  return new Intl.ListFormat(locale.current, { type: "conjunction" }).format(
    parts,
  );
}

/** More or fewer: "+10", "-4". */
export function formatChange(value: number): string {
  return numberFormat(locale.current, { signDisplay: "exceptZero" }).format(
    value,
  );
}

/** The size of a file: "2.4 MB". */
export function formatBytes(bytes: number): string {
  return numberFormat(locale.current, {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 1,
  }).format(bytes / 1_000_000);
}
