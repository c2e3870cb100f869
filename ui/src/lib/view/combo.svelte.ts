export interface Option {
  value: string;
  label: string;
}

interface Source {
  options: () => readonly Option[];
  chosen: () => string;
  choose: (value: string) => void;
}

/** A field in which typing searches a long list: what is typed, what fits, which one is next. */
export class Combo {
  isOpen = $state(false);
  /** Index of the option that Enter takes. */
  at = $state(0);

  /** Undefined while nothing is typed: the field then shows the choice. */
  #typed = $state<string>();
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  readonly shown: readonly Option[] = $derived.by(() => {
    const typed = folded(this.#typed ?? '');
    const words = typed.split(' ');
    const fitting = this.#source
      .options()
      .filter(({ label }) => words.every((word) => folded(label).includes(word)));
    // "RON" means Romania's leu, though "DKK – Danish Krone" has it in its name and comes before.
    const begins = ({ label }: Option) => folded(label).startsWith(typed);
    return [...fitting.filter(begins), ...fitting.filter((option) => !begins(option))];
  });

  readonly active: Option | undefined = $derived(this.shown[this.at]);

  /** What is typed in full, or the only one that fits. */
  get #meant(): Option | undefined {
    const typed = folded(this.#typed ?? '');
    const whole = this.shown.find(({ value }) => folded(value) === typed);
    return whole ?? (this.shown.length === 1 ? this.shown[0] : undefined);
  }

  get text(): string {
    return this.#typed ?? this.#label(this.#source.chosen());
  }

  open(): void {
    if (this.isOpen) return;
    const chosen = this.#source.chosen();
    this.isOpen = true;
    this.at = Math.max(
      0,
      this.shown.findIndex(({ value }) => value === chosen),
    );
  }

  type(text: string): void {
    this.#typed = text;
    this.isOpen = true;
    this.at = 0;
  }

  choose(option: Option): void {
    this.#source.choose(option.value);
    this.close();
  }

  close(): void {
    this.isOpen = false;
    this.#typed = undefined;
  }

  /** On leaving the field: an emptied one has no choice, a half-typed word leaves the old one. */
  leave(): void {
    if (this.#typed?.trim() === '') this.#source.choose('');
    else if (this.#typed !== undefined && this.#meant) this.#source.choose(this.#meant.value);
    this.close();
  }

  press(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (this.isOpen) this.#move(event.key === 'ArrowDown' ? 1 : -1);
      else this.open();
    } else if (this.isOpen && event.key === 'Enter') {
      event.preventDefault();
      if (this.active) this.choose(this.active);
    } else if (this.isOpen && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  #move(by: number): void {
    const { length } = this.shown;
    if (length > 0) this.at = (this.at + by + length) % length;
  }

  #label(value: string): string {
    return this.#source.options().find((option) => option.value === value)?.label ?? value;
  }
}

/** Without accents, case and punctuation: "são" finds "America/Sao Paulo". */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[_/]/g, ' ')
    .trim();
}
