import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** WCAG 2.2: 4.5 for text (1.4.3), 3 for borders, icons and the focus ring (1.4.11, 2.4.11). */
const TEXT: [string, string][] = [
  ['ink', 'paper'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['ink', 'brand-soft'],
  ['ink-soft', 'paper'],
  ['ink-soft', 'surface'],
  ['ink-soft', 'sunken'],
  ['paper', 'ink'],
  ['brand', 'paper'],
  ['brand', 'surface'],
  ['brand-strong', 'paper'],
  ['on-brand', 'brand'],
  ['on-brand', 'brand-strong'],
  ['on-brand-soft', 'brand-soft'],
  ['ok', 'ok-soft'],
  ['ok', 'surface'],
  ['warn', 'warn-soft'],
  ['warn', 'surface'],
  ['danger', 'danger-soft'],
  ['danger', 'paper'],
  ['danger', 'surface'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-strong'],
  ['info', 'info-soft'],
  ['info', 'surface'],
];
const SHAPES: [string, string][] = [
  ['line-strong', 'paper'],
  ['line-strong', 'surface'],
  ['focus', 'paper'],
  ['focus', 'surface'],
  ['focus', 'sunken'],
  ['focus', 'brand-soft'],
  ['focus', 'danger-soft'],
  ['danger', 'surface'],
  ['brand', 'brand-soft'],
];

const css = readFileSync(new URL('../src/lib/styles/tokens.css', import.meta.url), 'utf8');
const [ordinary = '', more = ''] = css.split('@media (prefers-contrast: more)');

type Palette = Record<string, string>;

function palette(text: string, side: 0 | 1): Palette {
  const pairs = text.matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\);/g);
  return Object.fromEntries([...pairs].map(([, name = '', ...hex]) => [name, hex[side] ?? '']));
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function tooWeak(colours: Palette, pairs: [string, string][], least: number): string[] {
  return pairs
    .map(([front, back]) => {
      const [a, b] = [colours[front], colours[back]];
      if (!a || !b) return `${front} on ${back}: unknown`;
      return contrast(a, b) < least ? `${front} on ${back}: ${contrast(a, b).toFixed(2)}` : '';
    })
    .filter((line) => line !== '');
}

test('the formula agrees with the two known ends', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#777777')).toBe(1);
});

test.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s has AA contrast for text and shapes', (_name, side) => {
  const colours = palette(ordinary, side);
  expect(tooWeak(colours, TEXT, 4.5)).toEqual([]);
  expect(tooWeak(colours, SHAPES, 3)).toEqual([]);
});

test.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s with more contrast reaches AAA for text', (_name, side) => {
  const colours = { ...palette(ordinary, side), ...palette(more, side) };
  const inks = TEXT.filter(([front]) => front === 'ink' || front === 'ink-soft');
  expect(tooWeak(colours, inks, 7)).toEqual([]);
});
