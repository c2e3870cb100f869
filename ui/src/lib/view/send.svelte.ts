import type { Command, Done } from '$lib/ipc/calls';
import { asCoreError, type CoreError } from '$lib/ipc/core-error';
import { Intent } from '$lib/ipc/intent';

/** One command behind one button: busy while it runs, and what went wrong when it did. */
export class Send<P extends object, A extends Done = Done> {
  isBusy = $state(false);
  error = $state.raw<CoreError>();

  readonly #command: Command<P, A>;
  readonly #intent = new Intent();

  constructor(command: Command<P, A>) {
    this.#command = command;
  }

  /** The answer, or undefined when it went wrong (then `error` says how) or is under way already. */
  async run(params: P): Promise<A | undefined> {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    this.error = undefined;
    try {
      return await this.#intent.run(params, (commandId) => this.#command(params, commandId));
    } catch (thrown) {
      this.error = asCoreError(thrown);
      return undefined;
    } finally {
      this.isBusy = false;
    }
  }
}
