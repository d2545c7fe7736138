import { formatMessage } from "./format-message.ts";
import type { TextId } from "./english.ts";

export type Language = "en" | "fr";
/** Each in its own words. */
export const languages: readonly { value: Language; text: string }[] = [
  { value: "en", text: "English" },
  { value: "fr", text: "Français" },
];
export type Texts = Readonly<Record<TextId, string>>;
export type Text = (id: TextId, values?: Readonly<Record<string, string | number>>) => string;

/** One of them is loaded with the page, the other when it is chosen. */
const catalogues: Readonly<Record<Language, () => Promise<{ texts: Texts }>>> = {
  en: () => import("./english.ts"),
  fr: () => import("./french.ts"),
};
const YEAR_SECONDS = 365 * 24 * 3600;

export interface Spoken {
  language: Language;
  text: Text;
}

/** Also lets the language be changed, for all pages of the site. */
export interface Speaking extends Spoken {
  choose(language: Language): void;
}

/** The cookie of the whole site, else what the server chose for this page. */
export function preferredLanguage(): Language {
  const chosen = /(?:^|;\s*)LG=(\w+)/.exec(document.cookie)?.[1] ?? document.documentElement.lang;
  return chosen === "fr" ? "fr" : "en";
}

/** No line begins with what French sets apart by a space. Of the messages only: names that are put in stay as they are. */
function withFrenchSpaces(texts: Texts): Texts {
  const entries = Object.entries(texts).map(([id, text]) => [
    id,
    text.replace(/ (?=[:;?!»])/g, "\u{a0}").replace(/(?<=«) /g, "\u{a0}"),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets that every text is there
  return Object.fromEntries(entries) as Texts;
}

export async function speak(language: Language): Promise<Spoken> {
  const { texts: written } = await catalogues[language]();
  const texts = language === "fr" ? withFrenchSpaces(written) : written;
  document.documentElement.lang = language;
  return { language, text: (id, values) => formatMessage(texts[id], language, values) };
}

/** For this page and all others of the site. */
export function keepChoice(language: Language): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `LG=${language}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
