import { expect, test } from 'vitest';
import { Form } from './form.svelte';

/** A field without a mistake that the browser could see, as far as a form looks at it. */
function field(name: string, value: string): HTMLInputElement {
  return { name, value, validity: { valid: true } } as unknown as HTMLInputElement;
}

test('leaving a field does not wipe away what the core said of it meanwhile', async () => {
  const form = new Form();
  const leaving = form.checkOne(field('slug', 'organizer'));
  form.errors = { slug: () => 'kept for Lanyard itself' };
  await leaving;
  expect(form.message('slug')).toBe('kept for Lanyard itself');
});

test('leaving a field that was put right takes its own mistake away', async () => {
  const form = new Form();
  form.errors = { slug: () => 'taken', name: () => 'missing' };
  await form.checkOne(field('slug', 'rustfest'));
  expect(form.message('slug')).toBeUndefined();
  expect(form.message('name')).toBe('missing');
});
