export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 10_000;

/** Short news at the edge of the screen, gone after ten seconds; never the only place of an error. */
class Toasts {
  shown = $state<Toast[]>([]);
  #last = 0;

  show(text: string, action?: Toast['action']): void {
    const id = ++this.#last;
    this.shown.push({ id, text, action });
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  clear(): void {
    this.shown = [];
  }

  close(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
