import {
  endOfWeek,
  getWeeksInMonth,
  startOfMonth,
  startOfWeek,
  type CalendarDate,
} from '@internationalized/date';

/** A month of days to choose from: which one the arrow keys are at, and the weeks around it. */
export class Month {
  /** The day that takes the focus; the month shown is its month. */
  at: CalendarDate = $state.raw() as CalendarDate;
  readonly #locale: () => string;

  constructor(at: CalendarDate, locale: () => string) {
    this.at = at;
    this.#locale = locale;
  }

  /** Whole weeks; days of the months beside it are left out. */
  readonly weeks: readonly (readonly (CalendarDate | undefined)[])[] = $derived.by(() => {
    const first = startOfWeek(startOfMonth(this.at), this.#locale());
    return Array.from({ length: getWeeksInMonth(this.at, this.#locale()) }, (_, week) =>
      Array.from({ length: 7 }, (_, weekday) => {
        const day = first.add({ days: 7 * week + weekday });
        return day.month === this.at.month ? day : undefined;
      }),
    );
  });

  turn(months: number): void {
    this.at = this.at.add({ months });
  }

  /** Answers whether the key was one of a calendar's. */
  press(key: string, withShift: boolean): boolean {
    const to = this.#target(key, withShift);
    if (to) this.at = to;
    return to !== undefined;
  }

  #target(key: string, withShift: boolean): CalendarDate | undefined {
    const page = withShift ? { years: 1 } : { months: 1 };
    switch (key) {
      case 'ArrowLeft':
        return this.at.subtract({ days: 1 });
      case 'ArrowRight':
        return this.at.add({ days: 1 });
      case 'ArrowUp':
        return this.at.subtract({ weeks: 1 });
      case 'ArrowDown':
        return this.at.add({ weeks: 1 });
      case 'PageUp':
        return this.at.subtract(page);
      case 'PageDown':
        return this.at.add(page);
      case 'Home':
        return startOfWeek(this.at, this.#locale());
      case 'End':
        return endOfWeek(this.at, this.#locale());
      default:
        return undefined;
    }
  }
}
