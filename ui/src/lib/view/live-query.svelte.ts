import { asCoreError, type CoreError } from '$lib/ipc/core-error';
import type { Model } from '$lib/ipc/models';
import { whenMoved } from '$lib/ipc/calls';

/**
 * The answer of one query, kept fresh. What a view draws follows from two facts:
 *
 * | data | error | state |
 * | --- | --- | --- |
 * | none | none | loading |
 * | none | some | error |
 * | some | none | ready (or empty, which the view decides) |
 * | some | some | stale: the last answer stands, a newer one could not be had |
 */
export class LiveQuery<T> {
  data = $state.raw<T>();
  error = $state.raw<CoreError>();
  readonly isStale = $derived(this.data !== undefined && this.error !== undefined);

  readonly #ask: () => Promise<T>;
  #asked = 0;
  #underWay = 0;
  #isDue = false;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks again. A late answer to an earlier question never replaces a later one's. */
  async refresh(): Promise<void> {
    const turn = ++this.#asked;
    this.#underWay += 1;
    try {
      const data = await this.#ask();
      if (turn !== this.#asked) return;
      this.data = data;
      this.error = undefined;
    } catch (thrown) {
      if (turn === this.#asked) this.error = asCoreError(thrown);
    } finally {
      this.#underWay -= 1;
      if (this.#isDue && this.#underWay === 0) {
        this.#isDue = false;
        void this.refresh();
      }
    }
  }

  /** Asks again, at the latest after the question under way: on a busy day many things move. */
  refreshSoon(): void {
    if (this.#underWay === 0) void this.refresh();
    else this.#isDue = true;
  }
}

/**
 * A query that a component shows: asked when the component starts, again when something that `ask`
 * reads changes, and again when one of the `models` has moved. Call it while the component is set up.
 */
export function live<T>(ask: () => Promise<T>, models: readonly Model[]): LiveQuery<T> {
  const query = new LiveQuery(ask);
  // An effect because asking the core is a side effect that must follow the state `ask` reads.
  $effect(() => {
    void query.refresh();
  });
  // An effect because the subscription must end with the component.
  $effect(() => whenMoved(models, () => query.refreshSoon()));
  return query;
}
