import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { overwriteGetLocale } from '$lib/paraglide/runtime';
import { CoreError } from './core-error';
import { ERRORS, errorTexts } from './errors';

/** Every code that the core can answer with, read where it is written: the Rust sources. */
const CRATES = new URL('../../../../src-tauri/crates/', import.meta.url);
const sources = readdirSync(CRATES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.rs') && !file.includes('test'))
  .map((file) => readFileSync(new URL(file, CRATES), 'utf8'));
const CODES = [
  ...new Set(
    sources
      .join('\n')
      .match(/(?<=")(?:(?:Invalid|Refused|Busy|Broken)[A-Z]\w+|Busy|Broken)(?=")/g),
  ),
];

test('the codes of the core are found', () => {
  const some = ['InvalidRequest', 'RefusedNotFound', 'Busy', 'BusyStorageFull'];
  expect(CODES).toEqual(expect.arrayContaining([...some, 'Broken', 'BrokenStorageDamaged']));
});

test('every code of the core has its texts', () => {
  expect(CODES.filter((code) => !(code in ERRORS))).toEqual([]);
});

test.each(['en', 'de'] as const)('no text in %s shows a code or is empty', (language) => {
  overwriteGetLocale(() => language);
  for (const code of CODES) {
    const { what, kept, next } = errorTexts(new CoreError(code, 'internal words'));
    for (const text of [what, kept, next]) {
      expect(text, code).toMatch(/\S/);
      expect(text, code).not.toMatch(/Invalid|Refused|BusyS|BrokenS|internal words|undefined/);
    }
  }
});

test('an unknown code says so and carries its code for support', () => {
  const texts = errorTexts(new CoreError('RefusedFromTheFuture', ''));
  expect(texts.reference).toBe('RefusedFromTheFuture');
  expect(texts.what).not.toContain('RefusedFromTheFuture');
});

test('a fault carries its report number', () => {
  const broken = new CoreError('Broken', '', undefined, { report: 'R-7Q2' });
  expect(errorTexts(broken).reference).toBe('Broken R-7Q2');
});
