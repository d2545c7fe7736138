import type { Language } from "./language.ts";

/**
 * Created once per language: creating a formatter takes far longer than using it, and every row of a list uses some.
 */
export function perLanguage<Value>(make: (language: Language) => Value): (language: Language) => Value {
  const created: Partial<Record<Language, Value>> = {};
  return (language) => (created[language] ??= make(language));
}

const numbers = perLanguage((language) => new Intl.NumberFormat(language));

/** `1,200`. */
export const formatNumber = (value: number, language: Language): string => numbers(language).format(value);
