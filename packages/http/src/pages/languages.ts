export const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

/** The cookie in which 1fichier.com stores the choice; JDownloader and pyLoad set it themselves. */
export const LANGUAGE_COOKIE = "LG";

/** Where a language may be given, strongest first. */
export interface NamedLanguages {
  /** `lg=` in the query or the form. */
  parameter: string | undefined;
  /** `/fr/` before the path. */
  prefix: string | undefined;
  cookie: string | undefined;
}

/**
 * The language of a page: the first of these that names one decides, with English for languages that are not available.
 * `Accept-Language` is ignored: programs read the English page, and send the header of whoever runs them.
 */
export function chooseLanguage({ parameter, prefix, cookie }: NamedLanguages): Language {
  return languageOf(parameter ?? prefix ?? cookie) ?? "en";
}

/** A known language at the start of a text: JDownloader asks for `lg=en?json=1`. */
export function languageOf(text: string | undefined): Language | undefined {
  const code = /^([a-z]{2})(?![a-z])/i.exec(text ?? "")?.[1]?.toLowerCase();
  return languages.find((language) => language === code);
}
