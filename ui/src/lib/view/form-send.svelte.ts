import type { Command, Done } from '$lib/ipc/calls';
import type { CoreError } from '$lib/ipc/core-error';
import { Form } from './form.svelte';
import { Send } from './send.svelte';

/** A form and the command that it sends: checked before, its fields marked after. */
export class FormSend<P extends object, A extends Done = Done> {
  readonly form = new Form();
  /** What went wrong and belongs to no field of the form. */
  error = $state.raw<CoreError>();

  readonly #send: Send<P, A>;

  constructor(command: Command<P, A>) {
    this.#send = new Send(command);
  }

  get isBusy(): boolean {
    return this.#send.isBusy;
  }

  /** The answer, or undefined when there is something to correct. `params` is read after the check. */
  async submit(params: () => P): Promise<A | undefined> {
    this.error = undefined;
    if (!this.form.check()) return undefined;
    const answer = await this.#send.run(params());
    const refusal = this.#send.error;
    if (refusal && !this.form.mark(refusal)) this.error = refusal;
    return answer;
  }
}
