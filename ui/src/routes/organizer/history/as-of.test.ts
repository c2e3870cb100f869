import { expect, test } from 'vitest';
import { instantOf, localDayAndTime, readAsOf } from './as-of';

test('digits are a position, a date is a moment, anything else is neither', () => {
  const read = (text: string) => readAsOf(new URLSearchParams({ asOf: text }));
  expect(read('12')).toBe(12);
  expect(read('2026-11-23T09:00:00Z')).toBe('2026-11-23T09:00:00Z');
  expect(read('yesterday')).toBeUndefined();
  expect(readAsOf(new URLSearchParams())).toBeUndefined();
});

test('a moment in the fields is the same moment again', () => {
  const { day, time } = localDayAndTime('2026-11-23T09:00:00.000Z');
  expect(instantOf(day, time)).toBe('2026-11-23T09:00:00.000Z');
});

test('an hour may be typed with one digit', () => {
  expect(instantOf('2026-11-23', '9:05')).toBe(instantOf('2026-11-23', '09:05'));
});
