import { locale } from '$lib/i18n/locale.svelte';
import type { Money } from '$lib/ipc/types';
import { decimalText, minorDigits } from './money';

/**
 * An amount as a person types it in this language, as minor units; undefined when it cannot be
 * read with certainty. Text in, text out: no float ever holds the amount.
 *
 * "1.000" is a thousand in German and refused in English, where it could be anything. The other
 * language's separator is understood where only decimals can be meant, as in "199,00" for USD.
 */
export function parseMoney(text: string, currency: string): Money | undefined {
  const digits = minorDigits(currency);
  const parts = split(text.replace(/[\s\u00a0\u202f’']/g, ''), digits);
  if (!parts) return undefined;
  const minor = parts.whole + parts.decimals.padEnd(digits, '0');
  const amount = Number(minor);
  return Number.isSafeInteger(amount) ? { amount, currency } : undefined;
}

/** An amount as it is put into a field: "199.00" in English, "199,00" in German. */
export function moneyText(money: Money): string {
  return decimalText(money).replace('.', separators().decimal);
}

function split(
  text: string,
  digits: number,
): { whole: string; decimals: string } | undefined {
  const { decimal, group } = separators();
  const grouped = new RegExp(
    `^(\\d+|\\d{1,3}(?:\\${group}\\d{3})+)(?:\\${decimal}(\\d{0,${digits}}))?$`,
  );
  const other = new RegExp(`^(\\d+)[.,](\\d{${digits}})$`);
  const found =
    grouped.exec(text) ??
    (digits > 0 && digits !== 3 ? other.exec(text) : null);
  if (!found) return undefined;
  return {
    whole: (found[1] ?? '').replaceAll(group, ''),
    decimals: found[2] ?? '',
  };
}

function separators(): { decimal: string; group: string } {
  const parts = new Intl.NumberFormat(locale.current).formatToParts(1234567.8);
  const named = (type: string) =>
    parts.find((part) => part.type === type)?.value;
  return { decimal: named('decimal') ?? '.', group: named('group') ?? ',' };
}
