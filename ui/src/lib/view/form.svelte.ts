import { tick } from 'svelte';
import type { CoreError } from '$lib/ipc/core-error';
import { fieldText } from '$lib/ipc/errors';
import * as m from '$lib/paraglide/messages';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/**
 * What is wrong in a form, by the name of the field. Only the shape of an entry is looked at here
 * (the browser's own `required` and `type`); what an entry must be is the core's to say.
 */
export class Form {
  /** Messages as functions, so that they follow a change of language. */
  errors = $state<Record<string, () => string>>({});

  /** The summary appears with the first try to send, not while a person is still filling in. */
  isSummaryDue = $state(false);
  readonly hasErrors = $derived(Object.keys(this.errors).length > 0);

  #element: HTMLElement | undefined;

  /** `{@attach form.attach}` on the <form>, or on a group of fields with mistakes of its own. */
  readonly attach = (element: HTMLElement): void => {
    if (element instanceof HTMLFormElement) element.noValidate = true;
    this.#element = element;
  };

  message(name: string): string | undefined {
    return this.errors[name]?.();
  }

  /** Looks at every control. On a mistake it shows all of them and moves to the summary. */
  check(): boolean {
    const mistakes = this.#controls().map((control) => [control.name, mistakeOf(control)] as const);
    this.errors = Object.fromEntries(
      mistakes.filter((entry): entry is [string, () => string] => entry[1] !== undefined),
    );
    if (!this.hasErrors) return true;
    void this.#showSummary();
    return false;
  }

  /** On leaving a field: its own message only, and none for a field that was just passed. */
  async checkOne(control: Control): Promise<void> {
    const before = this.errors;
    await pointerReleased();
    // The press sent the form meanwhile: what that found, or the core said, stands.
    if (this.errors !== before) return;
    // Sending looks at an empty field before its leaving does: that mistake stays.
    const isJustPassed = control.value === '' && !(control.name in this.errors);
    const mistake = isJustPassed ? undefined : mistakeOf(control);
    const { [control.name]: _, ...others } = this.errors;
    this.errors = mistake ? { ...others, [control.name]: mistake } : others;
  }

  /** Marks the fields that the core named; answers whether this form has one of them. */
  mark(error: CoreError): boolean {
    const marked = error.perField
      .map(({ field, code }) => [field.split('.').at(-1) ?? field, code] as const)
      .filter(([name]) => this.#controls().some((control) => control.name === name))
      .map(([name, code]) => [name, () => fieldText(code)] as const);
    if (marked.length === 0) return false;
    this.errors = { ...this.errors, ...Object.fromEntries(marked) };
    void this.#showSummary();
    return true;
  }

  /** What the field is called on screen. */
  label(name: string): string {
    return this.#control(name)?.dataset['label'] ?? name;
  }

  focus(name: string): void {
    this.#control(name)?.focus();
  }

  #control(name: string): Control | undefined {
    return this.#controls().find((control) => control.name === name);
  }

  async #showSummary(): Promise<void> {
    this.isSummaryDue = true;
    await tick();
    const summary = this.#element?.querySelector<HTMLElement>('[data-error-summary]');
    const firstWrong = this.#controls().find((control) => control.name in this.errors);
    (summary ?? firstWrong)?.focus();
  }

  #controls(): Control[] {
    const controls = this.#element?.querySelectorAll<Control>('input, select, textarea') ?? [];
    return [...controls].filter((control) => control.name !== '');
  }
}

let isPointerDown = false;
if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', () => (isPointerDown = true), { capture: true });
  window.addEventListener('pointerup', () => (isPointerDown = false), { capture: true });
  window.addEventListener('pointercancel', () => (isPointerDown = false), { capture: true });
}

/**
 * Pressing a button leaves the field above it first. A message that appeared at that moment would
 * push the button away from under the finger, and the press would hit nothing.
 */
async function pointerReleased(): Promise<void> {
  if (!isPointerDown) return;
  await new Promise((resolve) => window.addEventListener('pointerup', resolve, { once: true }));
  // The click follows the release within the same turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve));
}

function mistakeOf(control: Control): (() => string) | undefined {
  const { validity } = control;
  if (validity.valid) return undefined;
  if (validity.valueMissing) return m.form_missing;
  if (validity.typeMismatch && control.type === 'email') return m.form_email_malformed;
  if (validity.rangeUnderflow || validity.rangeOverflow) return m.form_out_of_range;
  return m.form_malformed;
}
