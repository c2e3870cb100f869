import { router } from '$lib/router/router.svelte';

const PAUSE_MS = 200;
/** Fewer letters find half the conference; the core asks for as many. */
const LEAST_LETTERS = 2;

/**
 * What a list is searched by. It stands in the address, so that "back" from a row finds the list
 * as it was left.
 */
export class ListSearch {
  typed = $state(router.search.get('search') ?? '');
  /** How many pages of what was found are shown. */
  pages = $state(1);
  readonly filter = $derived(router.search.get('status') ?? '');
  /** Undefined while too little is typed. */
  readonly text: string | undefined = $derived.by(() => {
    const text = router.search.get('search')?.trim() ?? '';
    return [...text].length < LEAST_LETTERS ? undefined : text;
  });
  readonly isNarrowed = $derived(this.text !== undefined || this.filter !== '');

  #pause: ReturnType<typeof setTimeout> | undefined;

  type(text: string): void {
    this.typed = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#go({ search: text, status: this.filter }), PAUSE_MS);
  }

  choose(status: string): void {
    clearTimeout(this.#pause);
    this.#go({ search: this.typed, status });
  }

  clear(): void {
    this.typed = '';
    this.choose('');
  }

  /** Nothing that was typed here may change the address of the next page. */
  stop(): void {
    clearTimeout(this.#pause);
  }

  #go(wanted: Record<string, string>): void {
    this.pages = 1;
    const search = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ''));
    router.replace(search.size > 0 ? `${router.path}?${search}` : router.path);
  }
}
