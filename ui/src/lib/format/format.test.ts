import { afterEach, expect, test } from 'vitest';
import { locale } from '$lib/i18n/locale.svelte';
import { decimalText, formatMoney } from './money';
import { formatDays, formatRemaining, nameOfOtherZone } from './time';

afterEach(() => {
  locale.current = 'en';
});

/** Intl separates with narrow and no-break spaces that nobody can see in a test. */
function visible(text: string): string {
  return text.replace(/[\u00a0\u202f\u2009]/g, ' ');
}

test('an amount has as many decimals as its currency', () => {
  expect(decimalText({ amount: 19900, currency: 'USD' })).toBe('199.00');
  expect(decimalText({ amount: 5, currency: 'EUR' })).toBe('0.05');
  expect(decimalText({ amount: 500, currency: 'JPY' })).toBe('500');
  expect(decimalText({ amount: 1234, currency: 'KWD' })).toBe('1.234');
  expect(decimalText({ amount: -150, currency: 'CHF' })).toBe('-1.50');
});

test('money is written as the language of the window writes it', () => {
  expect(visible(formatMoney({ amount: 119700, currency: 'USD' }))).toBe(
    '$1,197.00',
  );
  locale.current = 'de';
  expect(visible(formatMoney({ amount: 119700, currency: 'EUR' }))).toBe(
    '1.197,00 €',
  );
});

test('the largest amount that JSON carries loses no digit', () => {
  const money = { amount: Number.MAX_SAFE_INTEGER, currency: 'USD' };
  expect(visible(formatMoney(money))).toBe('$90,071,992,547,409.91');
});

test('remaining time is minutes and two-digit seconds', () => {
  expect(formatRemaining(872)).toBe('14:32');
  expect(formatRemaining(61)).toBe('1:01');
  expect(formatRemaining(0)).toBe('0:00');
});

test('the days of a conference read as a range', () => {
  expect(visible(formatDays('2027-05-12', '2027-05-14'))).toBe(
    'May 12 – 14, 2027',
  );
  locale.current = 'de';
  expect(visible(formatDays('2027-05-12', '2027-05-14'))).toBe(
    '12.–14. Mai 2027',
  );
});

test('a zone is named where it is not this computer’s', () => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  expect(nameOfOtherZone(timeZone)).toBeUndefined();
  const other = timeZone === 'Asia/Kolkata' ? 'Asia/Tokyo' : 'Asia/Kolkata';
  expect(nameOfOtherZone(other)).toMatch(/ Standard Time$/);
});
