import { expect, test } from 'vitest';
import { asCoreError } from './core-error';

test('an answer with a code is taken as it is', () => {
  const error = asCoreError({ code: 'InvalidSlugTaken', message: 'taken', field: 'slug' });
  expect([error.code, error.field, error.isRetryable]).toEqual(['InvalidSlugTaken', 'slug', false]);
});

test('what has no code never reached the core and may be tried again', () => {
  const error = asCoreError(new Error('ipc closed'));
  expect([error.code, error.isRetryable]).toEqual(['Unreachable', true]);
});

test('what a failed disk may have stored is sent again as the same intent', () => {
  expect(asCoreError({ code: 'BusyStorageFailed', message: '' }).isRetryable).toBe(true);
});

test('every field that the core lists is named once', () => {
  const error = asCoreError({
    code: 'InvalidRequired',
    message: '',
    field: 'lastName',
    details: { errors: [{ code: 'InvalidEmail', field: 'email' }, { code: 'no field' }, 3] },
  });
  expect(error.perField).toEqual([
    { field: 'lastName', code: 'InvalidRequired' },
    { field: 'email', code: 'InvalidEmail' },
  ]);
});

test('an error about no field marks none', () => {
  expect(asCoreError({ code: 'Busy', message: '' }).perField).toEqual([]);
});
