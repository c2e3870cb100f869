import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ANSWER_WITHIN_SECONDS, ASK_AFTER_SECONDS, IdleWatch } from './idle.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const target = new EventTarget();
  const left = vi.fn();
  const watch = new IdleWatch(left);
  const stop = watch.start(target);
  const seconds = (count: number) => vi.advanceTimersByTime(count * 1000);
  return { target, left, watch, stop, seconds };
}

test('a kiosk left alone asks first and leaves when nobody answers', () => {
  const { left, watch, seconds } = watched();
  seconds(ASK_AFTER_SECONDS);
  expect(watch.secondsLeft).toBe(ANSWER_WITHIN_SECONDS);
  seconds(ANSWER_WITHIN_SECONDS - 1);
  expect(left).not.toHaveBeenCalled();
  seconds(1);
  expect(left).toHaveBeenCalledOnce();
});

test('a touch before the question begins the time anew', () => {
  const { target, watch, seconds } = watched();
  seconds(ASK_AFTER_SECONDS - 1);
  target.dispatchEvent(new Event('pointerdown'));
  seconds(ASK_AFTER_SECONDS - 1);
  expect(watch.secondsLeft).toBeUndefined();
});

test('the answer keeps the page, a touch beside the question does not', () => {
  const { target, left, watch, seconds } = watched();
  seconds(ASK_AFTER_SECONDS);
  target.dispatchEvent(new Event('pointerdown'));
  expect(watch.secondsLeft).toBe(ANSWER_WITHIN_SECONDS);
  watch.stay();
  seconds(ANSWER_WITHIN_SECONDS);
  expect(left).not.toHaveBeenCalled();
});

test('a watch that was stopped does nothing more', () => {
  const { left, stop, seconds } = watched();
  stop();
  seconds(ASK_AFTER_SECONDS + ANSWER_WITHIN_SECONDS);
  expect(left).not.toHaveBeenCalled();
});
