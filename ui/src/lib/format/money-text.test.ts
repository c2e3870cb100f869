import { afterEach, expect, test } from 'vitest';
import { locale } from '$lib/i18n/locale.svelte';
import { moneyText, parseMoney } from './money-text';

afterEach(() => {
  locale.current = 'en';
});

const amountOf = (text: string, currency = 'USD') =>
  parseMoney(text, currency)?.amount;

test('an amount is read in minor units, with or without decimals', () => {
  expect(parseMoney('199.00', 'USD')).toEqual({
    amount: 19900,
    currency: 'USD',
  });
  expect(amountOf('199')).toBe(19900);
  expect(amountOf('199.5')).toBe(19950);
  expect(amountOf('0')).toBe(0);
  expect(amountOf('1,234,567.89')).toBe(123456789);
  expect(amountOf('500', 'JPY')).toBe(500);
  expect(amountOf('1.234', 'KWD')).toBe(1234);
});

test('German separators are read in German', () => {
  locale.current = 'de';
  expect(amountOf('1.234,50', 'EUR')).toBe(123450);
  expect(amountOf('1.000', 'EUR')).toBe(100000);
  expect(amountOf('199.00', 'EUR')).toBe(19900);
});

test('the comma that a person brought along is understood where only cents can be meant', () => {
  expect(amountOf('199,00')).toBe(19900);
});

test('what could mean two amounts, or none, is not read', () => {
  expect(amountOf('1.000')).toBeUndefined();
  expect(amountOf('19,9')).toBeUndefined();
  expect(amountOf('1,00,000')).toBeUndefined();
  expect(amountOf('-5')).toBeUndefined();
  expect(amountOf('ten')).toBeUndefined();
  expect(amountOf('')).toBeUndefined();
  expect(amountOf('5.0', 'JPY')).toBeUndefined();
});

test('an amount in a field reads back as itself', () => {
  locale.current = 'de';
  expect(moneyText({ amount: 19905, currency: 'EUR' })).toBe('199,05');
  expect(
    parseMoney(moneyText({ amount: 19905, currency: 'EUR' }), 'EUR')?.amount,
  ).toBe(19905);
});
