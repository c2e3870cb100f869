import { createSubscriber } from 'svelte/reactivity';

/**
 * The core's clock as far as a page may show it. The core decides what is over; this only counts
 * down to it. In a sandbox the core's clock can stand still, and then this one does, too.
 */
class Clock {
  #offset = 0;
  #frozenAt = $state<number>();

  readonly #everySecond = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });

  /** Takes over the core's clock, as `GetApplication` tells it. */
  set(instant: string, isManual: boolean): void {
    const now = Date.parse(instant);
    this.#offset = now - Date.now();
    this.#frozenAt = isManual ? now : undefined;
  }

  /** Follows the core's clock from an answer that carries its time. */
  follow(instant: string): void {
    this.set(instant, this.#frozenAt !== undefined);
  }

  /** Milliseconds since 1970. Read in a template it makes the template follow every second. */
  get now(): number {
    this.#everySecond();
    return this.still();
  }

  /** The same moment for code that must not run every second. */
  still(): number {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }
}

export const clock = new Clock();

/** Whole seconds until `deadline`, never below zero. */
export function secondsUntil(deadline: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(deadline) - now) / 1000));
}
