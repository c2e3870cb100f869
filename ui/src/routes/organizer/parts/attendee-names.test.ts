import { expect, test } from 'vitest';
import type { ListedSeat } from '$lib/ipc/types';
import { attendeeNames } from './attendee-names';

function seats(...firstNames: (string | undefined)[]): ListedSeat[] {
  return firstNames.map((firstName, position) => ({
    position,
    seatTypeName: 'General admission',
    attendee: firstName ? { personId: String(position), firstName, lastName: 'X' } : null,
  }));
}

test('seats without an attendee have no name', () => {
  expect(attendeeNames(seats())).toEqual({ names: '', more: 0 });
  expect(attendeeNames(seats(undefined, 'Boris'))).toEqual({ names: 'Boris', more: 0 });
});

test('two names are shown and the others are counted', () => {
  expect(attendeeNames(seats('Anna', 'Boris'))).toEqual({ names: 'Anna, Boris', more: 0 });
  const many = seats('Anna', undefined, 'Boris', 'Carla', 'Dmitri');
  expect(attendeeNames(many)).toEqual({ names: 'Anna, Boris', more: 2 });
});
