import { expect, test } from 'vitest';
import { CoreError } from './core-error';
import { Intent } from './intent';

const CONTENT = { orderId: 'anna' };

async function idsOf(intent: Intent, attempts: [object, Error | undefined][]): Promise<string[]> {
  const ids: string[] = [];
  for (const [params, failure] of attempts) {
    const sent = intent.run(params, async (commandId) => {
      ids.push(commandId);
      if (failure) throw failure;
    });
    await sent.catch(() => undefined);
  }
  return ids;
}

test('a retry after an unknown outcome is the same command', async () => {
  const busy = new CoreError('Busy', '');
  const ids = await idsOf(new Intent(), [
    [CONTENT, busy],
    [CONTENT, new Error('the window lost the core')],
    [CONTENT, undefined],
  ]);
  expect(new Set(ids).size).toBe(1);
});

test('changed content is a new command', async () => {
  const busy = new CoreError('Busy', '');
  const ids = await idsOf(new Intent(), [
    [CONTENT, busy],
    [{ orderId: 'boris' }, busy],
  ]);
  expect(new Set(ids).size).toBe(2);
});

test('after a success or a refusal the next press is a new command', async () => {
  const ids = await idsOf(new Intent(), [
    [CONTENT, undefined],
    [CONTENT, new CoreError('RefusedNotFree', '')],
    [CONTENT, undefined],
  ]);
  expect(new Set(ids).size).toBe(3);
});
