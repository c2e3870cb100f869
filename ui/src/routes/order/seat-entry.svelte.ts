import { assignSeat, unassignSeat } from '$lib/ipc/client';
import type { OrderSeat } from '$lib/ipc/types';
import { Form } from '$lib/view/form.svelte';
import { Send } from '$lib/view/send.svelte';

interface Person {
  firstName: string;
  lastName: string;
  email: string;
}

const NOBODY: Person = { firstName: '', lastName: '', email: '' };

/** One seat on the page where seats are given to people: what is stored and what is typed. */
export class SeatEntry {
  readonly position: number;
  readonly seatTypeName: string;
  readonly typed: Person = $state({ ...NOBODY });
  readonly form = new Form();

  readonly #orderId: string;
  readonly #assign = new Send(assignSeat);
  readonly #unassign = new Send(unassignSeat);
  #stored = $state.raw(NOBODY);

  readonly isAssigned = $derived(this.#stored !== NOBODY);
  readonly isFreeing = $derived(this.#unassign.isBusy);
  /** What went wrong and belongs to no field. */
  readonly error = $derived(
    this.form.hasErrors ? this.#unassign.error : (this.#assign.error ?? this.#unassign.error),
  );
  readonly hasFailed = $derived(this.form.hasErrors || this.error !== undefined);

  constructor(orderId: string, seat: OrderSeat) {
    this.#orderId = orderId;
    this.position = seat.position;
    this.seatTypeName = seat.seatTypeName;
    if (!seat.attendee) return;
    const { firstName, lastName, email } = seat.attendee;
    this.#stored = { firstName, lastName, email: email ?? '' };
    this.fill(this.#stored);
  }

  fill(person: Person): void {
    Object.assign(this.typed, person);
  }

  /** Stores what was typed; a seat that nobody touched is left alone. */
  async save(): Promise<void> {
    const person = { ...this.typed };
    if (isSame(person, this.#stored) || !this.form.check()) return;
    const { email, ...name } = person;
    const stored = await this.#assign.run({
      orderId: this.#orderId,
      position: this.position,
      attendee: email === '' ? name : person,
    });
    if (stored) this.#stored = person;
    else if (this.#assign.error) this.form.mark(this.#assign.error);
  }

  async free(): Promise<void> {
    if (!(await this.#unassign.run({ orderId: this.#orderId, position: this.position }))) return;
    this.#stored = NOBODY;
    this.fill(NOBODY);
    this.form.errors = {};
  }
}

function isSame(one: Person, other: Person): boolean {
  return (
    one.firstName === other.firstName &&
    one.lastName === other.lastName &&
    one.email === other.email
  );
}
