import { expect, test } from 'vitest';
import { instantOf, localText, readAsOf } from './as-of';

test('digits are a position, a date is a moment, anything else is neither', () => {
  const read = (text: string) => readAsOf(new URLSearchParams({ asOf: text }));
  expect(read('12')).toBe(12);
  expect(read('2026-11-23T09:00:00Z')).toBe('2026-11-23T09:00:00Z');
  expect(read('yesterday')).toBeUndefined();
  expect(readAsOf(new URLSearchParams())).toBeUndefined();
});

test('a moment in the field is the same moment again', () => {
  expect(instantOf(localText('2026-11-23T09:00:00.000Z'))).toBe('2026-11-23T09:00:00.000Z');
});
