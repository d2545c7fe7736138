import { Catalogue, type Language } from "./catalogue.ts";
import { formatMessage } from "./format-message.ts";
import type { Part, Text } from "./parts.ts";

export type { Language } from "./catalogue.ts";
/** Each in its own words. */
export const languages: readonly { value: Language; text: string }[] = [
  { value: "en", text: "English" },
  { value: "fr", text: "Français" },
];

/** One of them is loaded with the page, the other when it is chosen. */
const catalogues: Readonly<Record<Language, Catalogue>> = { en: new Catalogue("en"), fr: new Catalogue("fr") };
const YEAR_SECONDS = 365 * 24 * 3600;

export interface Spoken<P extends Part = never> {
  language: Language;
  text: Text<P>;
  /** Whether there is a text of this name among those that are loaded. */
  knows(id: string): boolean;
}

/** Also lets the language be changed, for all pages of the site. */
export interface Speaking<P extends Part = never> extends Spoken<P> {
  choose(language: Language): void;
}

/** The cookie of the whole site, else what the server chose for this page. */
export function preferredLanguage(): Language {
  const chosen = /(?:^|;\s*)LG=(\w+)/.exec(document.cookie)?.[1] ?? document.documentElement.lang;
  return chosen === "fr" ? "fr" : "en";
}

let inForce: Language = "en";

/** With all parts that the language before had, so that nothing on the page has to wait for its words. */
export async function speak(language: Language): Promise<Spoken<Part>> {
  const catalogue = catalogues[language];
  const parts = [...catalogues[inForce].asked];
  await Promise.all([catalogue.loadBase(), ...parts.map((part) => catalogue.loadAnew(part))]);
  inForce = language;
  document.documentElement.lang = language;
  return {
    language,
    text: (id, values) => formatMessage(catalogue.textOf(id), language, values),
    knows: (id) => catalogue.knows(id),
  };
}

/** Loads what is shown later at once with its texts. */
export const withTexts =
  <T>(parts: readonly Part[], load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    const catalogue = catalogues[inForce];
    const [loaded] = await Promise.all([load(), ...parts.map((part) => catalogue.loadAnew(part))]);
    return loaded;
  };

/**
 * What a component has to wait for before it has the texts of these parts. Also where they are there: React renders again
 * what has waited, and a component that then waits for nothing has its hooks mixed up.
 */
export function awaitedTexts(language: Language, parts: readonly Part[]): Promise<void>[] {
  return parts.map((part) => catalogues[language].load(part));
}

/** For this page and all others of the site. */
export function keepChoice(language: Language): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `LG=${language}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
