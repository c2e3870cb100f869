import { expect, test } from 'vitest';
import { currencies } from './currencies';

const codes = currencies('en').map(({ value }) => value);

test('the usual currencies come first, the others by their codes', () => {
  expect(codes.slice(0, 5)).toEqual(['EUR', 'USD', 'GBP', 'CHF', 'AED']);
  expect(codes.slice(4)).toEqual(codes.slice(4).sort());
  expect(new Set(codes).size).toBe(codes.length);
});

test('a currency that is gone is not offered', () => {
  for (const gone of ['ADP', 'DEM', 'HRK', 'BGN', 'XAU', 'XXX']) expect(codes).not.toContain(gone);
});
