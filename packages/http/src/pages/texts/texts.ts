import type { Language } from "../languages.ts";
import { english } from "./english.ts";
import { french } from "./french.ts";

/** Every text of the pages, in one language. Sentences are complete: nothing is assembled from pieces. */
export type Texts = typeof english;

const catalogues: Readonly<Record<Language, Texts>> = { en: english, fr: french };

export const textsIn = (language: Language): Texts => catalogues[language];

/** The name of each language in that language. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };
