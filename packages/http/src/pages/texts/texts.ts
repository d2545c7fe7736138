import type { Language } from "../languages.ts";
import { english } from "./english.ts";
import { french } from "./french.ts";

/** Every text of the pages, in one language. Sentences are whole: nothing is put together from pieces. */
export type Texts = typeof english;

const catalogues: Readonly<Record<Language, Texts>> = { en: english, fr: french };

export const textsIn = (language: Language): Texts => catalogues[language];

/** Each language in its own words. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };
