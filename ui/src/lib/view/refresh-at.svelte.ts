import { clock } from '$lib/app/clock.svelte';
import type { LiveQuery } from './live-query.svelte';

/** Timers are good for about 24 days; what is further away is asked for again then. */
const LONGEST_MS = 2_000_000_000;

/**
 * Asks a query again when one of the moments passes that its own answer names (a deadline, the
 * start of the last two minutes): what is allowed then, only the core says.
 */
export function refreshAt<T>(query: LiveQuery<T>, moments: (data: T) => string[]): void {
  // An effect because the timer must follow the newest answer and end with the component.
  $effect(() => {
    if (query.data === undefined) return;
    const now = clock.still();
    const ahead = moments(query.data)
      .map((moment) => Date.parse(moment) - now)
      .filter((wait) => wait > 0);
    if (ahead.length === 0) return;
    const wait = Math.min(...ahead, LONGEST_MS);
    const timer = setTimeout(() => void query.refresh(), wait + 250);
    return () => clearTimeout(timer);
  });
}
