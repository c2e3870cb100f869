import { locale } from '$lib/i18n/locale.svelte';
import type { Money } from '$lib/ipc/types';
import { numberFormat } from './formatters';

/** Minor units as the decimal text "199.00": exact, because no float ever holds the amount. */
export function decimalText(money: Money): string {
  const digits = minorDigits(money.currency);
  const sign = money.amount < 0 ? '-' : '';
  const text = String(Math.abs(money.amount)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export function formatMoney(money: Money): string {
  const format = numberFormat(locale.current, {
    style: 'currency',
    currency: money.currency,
  });
  // A decimal string is formatted exactly; TypeScript's type asks for the literal form of one.
  return format.format(decimalText(money) as Intl.StringNumericLiteral);
}

/** How many decimals the currency has by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  const format = numberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
