import type { Language } from "./language.ts";

/** Made once for each language: to make a format takes far longer than to use it, and every row of a list uses some. */
export function perLanguage<Made>(make: (language: Language) => Made): (language: Language) => Made {
  const made: Partial<Record<Language, Made>> = {};
  return (language) => (made[language] ??= make(language));
}

const numbers = perLanguage((language) => new Intl.NumberFormat(language));

/** `1,200`. */
export const formatNumber = (value: number, language: Language): string => numbers(language).format(value);
