import { expect, test } from 'vitest';
import { locale } from '$lib/i18n/locale.svelte';
import { dayText, parseDay } from './day-text';

const read = (text: string) => parseDay(text)?.toString();

test('a day is read in the order of the language', () => {
  locale.current = 'en';
  expect(read('5/2/2027')).toBe('2027-05-02');
  expect(read('05022027')).toBe('2027-05-02');
  locale.current = 'de';
  expect(read('2.5.2027')).toBe('2027-05-02');
  expect(read('02052027')).toBe('2027-05-02');
});

test('a year of two digits is one of this century', () => {
  locale.current = 'de';
  expect(read('2. 5. 27')).toBe('2027-05-02');
});

test('a day is read as it is stored in every language', () => {
  for (const language of locale.all) {
    locale.current = language;
    expect(read('2027-05-12')).toBe('2027-05-12');
  }
});

test('what is no day is not read', () => {
  locale.current = 'de';
  for (const text of ['', '2.5.', '31.4.2027', '2.13.2027', '29.2.2027', '2.5.202', 'morgen']) {
    expect(read(text)).toBeUndefined();
  }
});

test('a day in a field is read as the same day', () => {
  for (const language of locale.all) {
    locale.current = language;
    const day = parseDay('2027-05-02');
    expect(day && read(dayText(day))).toBe('2027-05-02');
  }
});
