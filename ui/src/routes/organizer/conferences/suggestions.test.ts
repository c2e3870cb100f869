import { expect, test } from 'vitest';
import { suggestedSlug } from './suggestions';

test('a web name is suggested in plain letters', () => {
  expect(suggestedSlug('Rust Days 2027')).toBe('rust-days-2027');
  expect(suggestedSlug('Große Tagung für Café & Wörter!')).toBe('grosse-tagung-fur-cafe-and-worter');
  expect(suggestedSlug('  —  ')).toBe('');
});

test('a long name is cut without a hyphen at its end', () => {
  expect(suggestedSlug(`${'a'.repeat(63)} b`)).toBe('a'.repeat(63));
});
