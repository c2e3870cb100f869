import { CalendarDate } from '@internationalized/date';
import { expect, test } from 'vitest';
import { Month } from './month.svelte';

const month = (locale: string) => new Month(new CalendarDate(2027, 5, 12), () => locale);
const after = (key: string, withShift = false) => {
  const one = month('de');
  one.press(key, withShift);
  return one.at.toString();
};

test('a week begins as it does in the language', () => {
  // The first of May 2027 is a Saturday.
  expect(month('en').weeks[0]?.map((day) => day?.day)).toEqual([...Array(6).fill(undefined), 1]);
  expect(month('de').weeks[0]?.map((day) => day?.day)).toEqual([...Array(5).fill(undefined), 1, 2]);
});

test('a month has all its days and no other', () => {
  const days = month('de').weeks.flat().filter(Boolean);
  expect(days).toHaveLength(31);
});

test('keys move by a day, a week, a month and a year', () => {
  expect(after('ArrowLeft')).toBe('2027-05-11');
  expect(after('ArrowDown')).toBe('2027-05-19');
  expect(after('PageUp')).toBe('2027-04-12');
  expect(after('PageDown', true)).toBe('2028-05-12');
  expect(after('Home')).toBe('2027-05-10');
  expect(after('End')).toBe('2027-05-16');
});

test('another key is left to the page', () => {
  expect(month('de').press('Tab', false)).toBe(false);
});
