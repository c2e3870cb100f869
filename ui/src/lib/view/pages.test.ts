import { expect, test } from 'vitest';
import { firstPages, type ListPage } from './pages';

const PAGES: Record<string, ListPage<string>> = {
  first: { items: ['Anna', 'Boris'], next: 'second', total: 3 },
  second: { items: ['Chloe'], total: 3 },
};
const load = async (after: string | undefined) => PAGES[after ?? 'first'] as ListPage<string>;

test('the first page alone says what follows', async () => {
  expect(await firstPages(load, 1)).toEqual({ items: ['Anna', 'Boris'], next: 'second', total: 3 });
});

test('several pages read as one, and more than there are is no harm', async () => {
  expect(await firstPages(load, 9)).toEqual({ items: ['Anna', 'Boris', 'Chloe'], total: 3 });
});
