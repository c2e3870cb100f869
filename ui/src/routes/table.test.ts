import { expect, test } from 'vitest';
import { findRoute } from './table';

test('a page gets the parameters of its path', () => {
  const found = findRoute('/order/42/payment/7', false);
  expect(found?.params).toEqual({ orderId: '42', paymentId: '7' });
  expect(found?.route.side).toBe('registrant');
});

test('an unknown path is no page', () => {
  expect(findRoute('/nowhere', false)).toBeUndefined();
});

test('a kiosk has every page of a registrant and none of the organizer', () => {
  const paths = ['/', '/register/cqrs', '/register/cqrs/seats', '/order/42', '/processor/7'];
  expect(paths.filter((path) => findRoute(path, true) === undefined)).toEqual([]);
  expect(findRoute('/organizer/42', true)).toBeUndefined();
});
