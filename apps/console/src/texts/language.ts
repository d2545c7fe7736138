import { Catalogue, type Language } from "./catalogue.ts";
import { formatMessage } from "./format-message.ts";
import type { Part, Text } from "./parts.ts";

export type { Language } from "./catalogue.ts";
/** The name of each language in that language. */
export const languages: readonly { value: Language; text: string }[] = [
  { value: "en", text: "English" },
  { value: "fr", text: "Français" },
];

/** One of them is loaded with the page, the other when it is selected. */
const catalogues: Readonly<Record<Language, Catalogue>> = { en: new Catalogue("en"), fr: new Catalogue("fr") };
const YEAR_SECONDS = 365 * 24 * 3600;

export interface Spoken<P extends Part = never> {
  language: Language;
  text: Text<P>;
  /** Whether the loaded texts include this id. */
  knows(id: string): boolean;
}

/** Also allows changing the language, for all pages of the site. */
export interface Speaking<P extends Part = never> extends Spoken<P> {
  choose(language: Language): void;
}

/** The cookie of the whole site, else the server's choice for this page. */
export function preferredLanguage(): Language {
  const chosen = /(?:^|;\s*)LG=(\w+)/.exec(document.cookie)?.[1] ?? document.documentElement.lang;
  return chosen === "fr" ? "fr" : "en";
}

let inForce: Language = "en";

/** Loads all parts that were loaded in the previous language, so that nothing on the page has to wait for its texts. */
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

/** Loads something that is shown later together with its texts. */
export const withTexts =
  <T>(parts: readonly Part[], load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    const catalogue = catalogues[inForce];
    const [loaded] = await Promise.all([load(), ...parts.map((part) => catalogue.loadAnew(part))]);
    return loaded;
  };

/**
 * The promises that a component has to await before it has the texts of these parts. Also returns those that are
 * already loaded: React renders again after waiting, and a component that then awaits nothing would mix up its hooks.
 */
export function awaitedTexts(language: Language, parts: readonly Part[]): Promise<void>[] {
  return parts.map((part) => catalogues[language].load(part));
}

/** For this page and all others of the site. */
export function keepChoice(language: Language): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `LG=${language}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
