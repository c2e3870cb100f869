import { parseHash } from './match';

/** Where this window is. The address is the hash, so that every page can be gone to and reloaded. */
class Router {
  path = $state('/');
  search = $state.raw(new URLSearchParams());

  /** True from a change of page until its heading has taken the focus. */
  #isHeadingDue = false;

  start(): void {
    this.#read();
    window.addEventListener('hashchange', () => {
      this.#isHeadingDue = true;
      this.#read();
    });
  }

  go(to: string): void {
    window.location.hash = to;
  }

  /** Goes to a page that takes this one's place, so that "back" does not lead into a dead end. */
  replace(to: string): void {
    const target = new URL(window.location.href);
    target.hash = to;
    window.location.replace(target);
  }

  /** Whether the heading that asks is the first of a new page and should take the focus. */
  takeHeadingFocus(): boolean {
    const isDue = this.#isHeadingDue;
    this.#isHeadingDue = false;
    return isDue;
  }

  #read(): void {
    const { path, search } = parseHash(window.location.hash);
    this.path = path;
    this.search = search;
  }
}

export const router = new Router();
