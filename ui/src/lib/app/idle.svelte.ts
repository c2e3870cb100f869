/** How long nobody touches a kiosk before it asks, and how long it waits for an answer. */
export const ASK_AFTER_SECONDS = 45;
export const ANSWER_WITHIN_SECONDS = 20;

const SIGNS_OF_LIFE = ['pointerdown', 'keydown', 'input', 'wheel'] as const;

/** Notices that a kiosk was left alone: first it asks, then it says so. */
export class IdleWatch {
  /** Seconds left to answer; undefined while somebody is there. */
  secondsLeft = $state<number>();

  readonly #leave: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** Watches a window until the returned function is called. */
  start(target: EventTarget): () => void {
    const touched = () => {
      if (this.secondsLeft === undefined) this.stay();
    };
    for (const sign of SIGNS_OF_LIFE) target.addEventListener(sign, touched, { capture: true });
    this.stay();
    return () => {
      clearTimeout(this.#timer);
      for (const sign of SIGNS_OF_LIFE)
        target.removeEventListener(sign, touched, { capture: true });
    };
  }

  /** Somebody is there: the time begins anew. */
  stay(): void {
    this.secondsLeft = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#count(ANSWER_WITHIN_SECONDS), ASK_AFTER_SECONDS * 1000);
  }

  #count(seconds: number): void {
    this.secondsLeft = seconds;
    if (seconds === 0) this.#leave();
    else this.#timer = setTimeout(() => this.#count(seconds - 1), 1000);
  }
}
