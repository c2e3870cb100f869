import { expect, test } from 'vitest';
import { CoreError } from '$lib/ipc/core-error';
import { Send } from './send.svelte';

test('a refusal is kept for the page and the next try clears it', async () => {
  const answers = [() => Promise.reject(new CoreError('RefusedNotFree', '')), async () => DONE];
  const send = new Send(() => answers.shift()?.() ?? Promise.resolve(DONE));
  expect(await send.run({ orderId: 'anna' })).toBeUndefined();
  expect(send.error?.code).toBe('RefusedNotFree');
  expect(await send.run({ orderId: 'anna' })).toBe(DONE);
  expect(send.error).toBeUndefined();
});

test('pressing twice sends once', async () => {
  let sent = 0;
  const send = new Send(async () => {
    sent += 1;
    return DONE;
  });
  const [first, second] = await Promise.all([send.run({}), send.run({})]);
  expect([first, second, sent]).toEqual([DONE, undefined, 1]);
});

const DONE = { position: 7 };
