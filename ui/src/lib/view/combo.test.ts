import { expect, test } from 'vitest';
import { Combo } from './combo.svelte';

const ZONES = ['America/Sao_Paulo', 'Europe/Berlin', 'Europe/Bern'].map((value) => ({
  value,
  label: value.replace('_', ' '),
}));

function combo(initial = '') {
  let chosen = initial;
  const it = new Combo({
    options: () => ZONES,
    chosen: () => chosen,
    choose: (value) => (chosen = value),
  });
  return { it, chosen: () => chosen };
}

test('every typed word must be in it; accents and case are no matter', () => {
  const { it } = combo();
  it.type('são pau');
  expect(it.shown.map(({ value }) => value)).toEqual(['America/Sao_Paulo']);
  it.type('europe ber');
  expect(it.shown).toHaveLength(2);
});

test('a choice shows its label and ends the search', () => {
  const { it, chosen } = combo();
  it.type('berlin');
  if (it.active) it.choose(it.active);
  expect([chosen(), it.text, it.isOpen]).toEqual(['Europe/Berlin', 'Europe/Berlin', false]);
});

test('leaving takes the only one that fits, and keeps the old choice when several do', () => {
  const { it, chosen } = combo('Europe/Bern');
  it.type('europe');
  it.leave();
  expect(chosen()).toBe('Europe/Bern');
  it.type('paulo');
  it.leave();
  expect(chosen()).toBe('America/Sao_Paulo');
});

test('an emptied field has no choice', () => {
  const { it, chosen } = combo('Europe/Bern');
  it.type(' ');
  it.leave();
  expect(chosen()).toBe('');
});

test('a code that is typed in full is meant, though others have it in their name', () => {
  let chosen = '';
  const it = new Combo({
    options: () => [
      { value: 'DKK', label: 'DKK – Danish Krone' },
      { value: 'RON', label: 'RON – Romanian Leu' },
    ],
    chosen: () => chosen,
    choose: (value) => (chosen = value),
  });
  it.type('ron');
  expect(it.active?.value).toBe('RON');
  it.leave();
  expect(chosen).toBe('RON');
});
