import type { Letter, MailLanguage } from "@consigne/core";
import { englishLetters } from "./english-letters.ts";
import { frenchLetters } from "./french-letters.ts";

/** A mail as people read it. */
export interface LetterText {
  subject: string;
  text: string;
}

export interface LetterLinks {
  /** The page for setting the password. */
  passwordReset(token: string): string;
  /** The page for confirming an address. */
  emailConfirmation(token: string): string;
  /** The page for creating an invited account. */
  invitation(token: string): string;
  /** The page for requesting a password link. */
  forgottenPassword(): string;
  /** The page of API keys. */
  keys(): string;
}

type TextOf<Kind extends Letter["kind"]> = (
  letter: Letter & { kind: Kind },
  links: LetterLinks,
) => { subject: string; lines: string[] };
export type LetterTexts = { [Kind in Letter["kind"]]: TextOf<Kind> };

const texts: Record<MailLanguage, LetterTexts> = { en: englishLetters, fr: frenchLetters };

export function letterText(letter: Letter, links: LetterLinks): LetterText {
  // One kind of mail: the table has a text for each, which the compiler cannot infer through the index.
  const textOf = texts[letter.language][letter.kind] as (
    letter: Letter,
    links: LetterLinks,
  ) => ReturnType<TextOf<Letter["kind"]>>;
  const { subject, lines } = textOf(letter, links);
  return { subject, text: `${lines.join("\n")}\n` };
}
