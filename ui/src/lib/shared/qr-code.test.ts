import { expect, test } from 'vitest';
import { qrCode } from './qr-code';

/** The dark modules, row by row, as a scanner would see them. */
function drawn({ size, path }: ReturnType<typeof qrCode>): string[] {
  const rows = Array.from({ length: size }, () => new Array<string>(size).fill('.'));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    rows[Number(y)]?.fill('#', Number(x), Number(x) + Number(length));
  return rows.map((row) => row.join(''));
}

test('an access code fits into the smallest code there is', () => {
  expect(qrCode('K7M2P').size).toBe(4 + 21 + 4);
});

test('four light modules are around it', () => {
  const rows = drawn(qrCode('K7M2P'));
  const quiet = [...rows.slice(0, 4), ...rows.slice(-4)].join('');
  expect(quiet).toMatch(/^\.+$/);
  expect(rows.every((row) => /^\.{4}.{21}\.{4}$/.test(row))).toBe(true);
});

test('its three corners are those that a scanner looks for', () => {
  const rows = drawn(qrCode('K7M2P'));
  const corner = (x: number, y: number) => rows.slice(y, y + 7).map((row) => row.slice(x, x + 7));
  const finder = ['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######'];
  expect([corner(4, 4), corner(18, 4), corner(4, 18)]).toEqual([finder, finder, finder]);
});

test('another order has another code', () => {
  expect(qrCode('K7M2P').path).not.toBe(qrCode('K7M2Q').path);
});
