import {
  getTextDirection,
  isLocale,
  locales,
  overwriteGetLocale,
  type Locale,
} from '$lib/paraglide/runtime';

const KEY = 'lanyard.locale';
const FALLBACK: Locale = 'en';

/**
 * The language of this window. Messages read `current` through Paraglide's `getLocale`, which makes
 * every text on screen follow a switch in place: nothing is rebuilt, so no input is lost.
 */
class LocaleState {
  current = $state<Locale>(FALLBACK);

  readonly all = locales;

  start(): void {
    overwriteGetLocale(() => this.current);
    this.use(remembered() ?? preferred());
  }

  /** Changes the language and remembers it on this computer. */
  choose(locale: Locale): void {
    localStorage.setItem(KEY, locale);
    this.use(locale);
  }

  /** Back to the language of the device, for a kiosk between two people. */
  reset(): void {
    localStorage.removeItem(KEY);
    this.use(preferred());
  }

  private use(locale: Locale): void {
    this.current = locale;
    document.documentElement.lang = locale;
    document.documentElement.dir = getTextDirection(locale);
  }
}

function remembered(): Locale | undefined {
  const value = localStorage.getItem(KEY);
  return isLocale(value) ? value : undefined;
}

function preferred(): Locale {
  const languages = navigator.languages.map((language) => language.split('-')[0]);
  return languages.find((language) => isLocale(language)) ?? FALLBACK;
}

export const locale = new LocaleState();

/** A language's name in that language: flags are not languages. */
export function nameOfLanguage(code: Locale): string {
  return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
}
