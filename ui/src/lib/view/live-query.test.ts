import { expect, test } from 'vitest';
import { CoreError } from '$lib/ipc/core-error';
import { LiveQuery } from './live-query.svelte';

const BUSY = new CoreError('Busy', '');

test('before the first answer there is neither data nor error', () => {
  const query = new LiveQuery(async () => 'seats');
  expect([query.data, query.error, query.isStale]).toEqual([undefined, undefined, false]);
});

test('an answer after an error clears the error', async () => {
  const answers = [() => Promise.reject(BUSY), () => Promise.resolve('seats')];
  const query = new LiveQuery(() => answers.shift()?.() ?? Promise.reject(BUSY));
  await query.refresh();
  expect(query.error?.code).toBe('Busy');
  await query.refresh();
  expect([query.data, query.error]).toEqual(['seats', undefined]);
});

test('an error after an answer leaves the answer standing, marked as stale', async () => {
  const answers = [() => Promise.resolve('seats'), () => Promise.reject(BUSY)];
  const query = new LiveQuery(() => answers.shift()?.() ?? Promise.reject(BUSY));
  await query.refresh();
  await query.refresh();
  expect([query.data, query.isStale]).toEqual(['seats', true]);
});

test('a late answer to an earlier question is dropped', async () => {
  const waiting: ((text: string) => void)[] = [];
  const query = new LiveQuery(() => new Promise<string>((resolve) => waiting.push(resolve)));
  const first = query.refresh();
  const second = query.refresh();
  waiting[1]?.('new');
  waiting[0]?.('old');
  await Promise.all([first, second]);
  expect(query.data).toBe('new');
});

test('however much moves during a question, one more follows it', async () => {
  const waiting: ((text: string) => void)[] = [];
  const query = new LiveQuery(() => new Promise<string>((resolve) => waiting.push(resolve)));
  const first = query.refresh();
  query.refreshSoon();
  query.refreshSoon();
  expect(waiting.length).toBe(1);
  waiting[0]?.('before');
  await first;
  expect(waiting.length).toBe(2);
});
