import { parseHash } from '$lib/router/match';

export interface Toast {
  id: number;
  /** The page that it belongs to. */
  path: string;
  text: string;
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 10_000;

/**
 * Short news at the edge of the screen; never the only place of an error. Gone after ten seconds, or
 * with the page: for news of the page that comes next, go there first.
 */
class Toasts {
  shown = $state<Toast[]>([]);
  #last = 0;

  start(): void {
    window.addEventListener('hashchange', () => {
      const path = currentPath();
      this.shown = this.shown.filter((toast) => toast.path === path);
    });
  }

  show(text: string, action?: Toast['action']): void {
    const id = ++this.#last;
    this.shown.push({ id, path: currentPath(), text, action });
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  clear(): void {
    this.shown = [];
  }

  close(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

/** Where the window is going, which the router only hears of a moment later. */
function currentPath(): string {
  return parseHash(window.location.hash).path;
}

export const toasts = new Toasts();
