/**
 * Formats of `Intl`, each made once: making one costs a hundred times what using it does, and a
 * page of a list formats hundreds of values. `formatters.test.ts` holds them apart.
 */
const numbers = new Map<string, Intl.NumberFormat>();
const moments = new Map<string, Intl.DateTimeFormat>();

export function numberFormat(
  locale: string,
  options: Intl.NumberFormatOptions = {},
) {
  return kept(
    numbers,
    locale,
    options,
    () => new Intl.NumberFormat(locale, options),
  );
}

export function momentFormat(
  locale: string,
  options: Intl.DateTimeFormatOptions,
) {
  return kept(
    moments,
    locale,
    options,
    () => new Intl.DateTimeFormat(locale, options),
  );
}

function kept<Format>(
  all: Map<string, Format>,
  locale: string,
  options: object,
  make: () => Format,
) {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = all.get(key);
  if (known) return known;
  const made = make();
  all.set(key, made);
  return made;
}
