import type { Letter, MailLanguage } from "@consigne/core";
import { englishLetters } from "./english-letters.ts";
import { frenchLetters } from "./french-letters.ts";

/** A letter as people read it. */
export interface LetterText {
  subject: string;
  text: string;
}

export interface LetterLinks {
  /** Page on which the password is set. */
  passwordReset(token: string): string;
  /** Page on which somebody confirms that an address is theirs. */
  emailConfirmation(token: string): string;
  /** Page on which somebody who was invited makes an account. */
  invitation(token: string): string;
  /** Page on which somebody asks for a link to set the password. */
  forgottenPassword(): string;
  /** Page of the API keys. */
  keys(): string;
}

type TextOf<Kind extends Letter["kind"]> = (
  letter: Letter & { kind: Kind },
  links: LetterLinks,
) => { subject: string; lines: string[] };
export type LetterTexts = { [Kind in Letter["kind"]]: TextOf<Kind> };

const texts: Record<MailLanguage, LetterTexts> = { en: englishLetters, fr: frenchLetters };

export function letterText(letter: Letter, links: LetterLinks): LetterText {
  // One letter, its own kind: the table has a text for each, which the compiler cannot follow through the index.
  const textOf = texts[letter.language][letter.kind] as (
    letter: Letter,
    links: LetterLinks,
  ) => ReturnType<TextOf<Letter["kind"]>>;
  const { subject, lines } = textOf(letter, links);
  return { subject, text: `${lines.join("\n")}\n` };
}
