import { expect, test } from 'vitest';
import { match, parseHash } from './match';

test('a pattern names the parts of a path', () => {
  expect(match('/order/:orderId/seats', '/order/42/seats')).toEqual({ orderId: '42' });
  expect(match('/register/:slug', '/register/gro%C3%9F')).toEqual({ slug: 'groß' });
});

test('another length, another word or an empty part does not fit', () => {
  expect(match('/order/:orderId', '/order/42/seats')).toBeUndefined();
  expect(match('/order/:orderId', '/orders/42')).toBeUndefined();
  expect(match('/order/:orderId', '/order/')).toBeUndefined();
});

test('a broken escape is taken literally', () => {
  expect(match('/register/:slug', '/register/%E0%A4%A')).toEqual({ slug: '%E0%A4%A' });
});

test('no hash is the start page, a trailing slash is ignored', () => {
  expect(parseHash('').path).toBe('/');
  expect(parseHash('#/find/').path).toBe('/find');
  expect(parseHash('#/register/x?again=7').search.get('again')).toBe('7');
});
