import { expect, test } from 'vitest';
import { momentFormat, numberFormat } from './formatters';

test('a format is made once for a language and its options', () => {
  const euros = () =>
    numberFormat('en', { style: 'currency', currency: 'EUR' });
  expect(euros()).toBe(euros());
  const days = () => momentFormat('de', { dateStyle: 'long', timeZone: 'UTC' });
  expect(days()).toBe(days());
});

test('another language and another option is another format', () => {
  expect(numberFormat('en').format(1234.5)).toBe('1,234.5');
  expect(numberFormat('de').format(1234.5)).toBe('1.234,5');
  expect(numberFormat('de', { minimumIntegerDigits: 2 }).format(7)).toBe('07');
});
