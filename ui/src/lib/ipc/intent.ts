import { v7 as uuidV7 } from 'uuid';
import { asCoreError } from './core-error';

export function newId(): string {
  return uuidV7();
}

/**
 * One thing that a person wants to happen once, however often the button is pressed.
 *
 * The command id belongs to the intent, not to the attempt: when the outcome is unknown (busy,
 * broken, out of reach) the same content goes out again under the same id and the core answers
 * with the first answer. Changed content, a success or a refusal begin a new intent.
 */
export class Intent {
  #commandId = newId();
  #content = '';

  async run<A>(params: object, send: (commandId: string) => Promise<A>): Promise<A> {
    const content = JSON.stringify(params);
    if (content !== this.#content) this.#begin(content);
    try {
      const answer = await send(this.#commandId);
      this.#begin('');
      return answer;
    } catch (thrown) {
      const error = asCoreError(thrown);
      if (!error.isRetryable) this.#begin('');
      throw error;
    }
  }

  #begin(content: string): void {
    this.#commandId = newId();
    this.#content = content;
  }
}
