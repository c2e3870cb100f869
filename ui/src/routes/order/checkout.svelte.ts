import {
  assignRegistrantDetails,
  confirmFreeOrder,
  initiateCardPayment,
  initiateInvoicePayment,
} from '$lib/ipc/client';
import { asCoreError, type CoreError } from '$lib/ipc/core-error';
import { Intent, newId } from '$lib/ipc/intent';
import type { DraftOrderAnswer } from '$lib/ipc/types';
import { router } from '$lib/router/router.svelte';

export type Means = 'card' | 'invoice' | 'free';

/**
 * The way from "who are you" to a payment. Each step is an intent of its own: when the second one
 * fails, pressing the button again repeats it without storing the first one twice.
 */
export class Checkout {
  readonly person = $state({ firstName: '', lastName: '', email: '' });
  readonly billing = $state({ name: '', address: '', country: '', taxId: '' });
  means = $state<'card' | 'invoice'>('card');
  isBusy = $state(false);
  error = $state.raw<CoreError>();

  readonly #orderId: string;
  readonly #details = new Intent();
  readonly #settle = new Intent();
  /** A payment that was begun keeps its id until the core has answered. */
  #paymentId = newId();

  constructor(draft: DraftOrderAnswer) {
    this.#orderId = draft.orderId;
    this.person.firstName = draft.registrantFirstName ?? '';
    this.person.lastName = draft.registrantLastName ?? '';
    this.person.email = draft.registrantEmail ?? '';
  }

  /** Stores the details and starts to settle; answers what was refused. */
  async run(means: Means): Promise<CoreError | undefined> {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    this.error = undefined;
    try {
      const details = { orderId: this.#orderId, ...this.person };
      await this.#details.run(details, (id) => assignRegistrantDetails(details, id));
      router.go(await this.#settleBy(means));
      return undefined;
    } catch (thrown) {
      this.error = asCoreError(thrown);
      if (!this.error.isRetryable) this.#paymentId = newId();
      return this.error;
    } finally {
      this.isBusy = false;
    }
  }

  async #settleBy(means: Means): Promise<string> {
    const orderId = this.#orderId;
    const thanks = `/order/${orderId}/thanks`;
    if (means === 'free') {
      await this.#settle.run({ orderId }, (id) => confirmFreeOrder({ orderId }, id));
      return thanks;
    }
    const payment = { paymentId: this.#paymentId, orderId };
    if (means === 'invoice') {
      const { taxId, ...billing } = this.billing;
      const params = { ...payment, billing: taxId ? { ...billing, taxId } : billing };
      const invoice = await this.#settle.run(params, (id) => initiateInvoicePayment(params, id));
      return invoice.dueAt ? `/order/${orderId}/invoice/${payment.paymentId}` : thanks;
    }
    // The shell opens the processor's window as soon as this is stored.
    await this.#settle.run(payment, (id) => initiateCardPayment(payment, id));
    return `/order/${orderId}/payment/${payment.paymentId}`;
  }
}
