import type { Letter } from "@consigne/core";
import type { LetterLinks } from "./letter-text.ts";
import { letterText } from "./letter-text.ts";

export interface Sender {
  /** As it stands in `From`, such as `Consigne <noreply@files.example.org>`. */
  from: () => string;
  links: LetterLinks;
}

/** What the mail library is given: never a path or an address to fetch, and no more than one receiver. */
export function messageOf(letter: Letter, id: string, { from, links }: Sender) {
  const { subject, text } = letterText(letter, links);
  return {
    from: from(),
    // As an object: an address is one address, whatever commas and brackets it holds.
    to: { name: "", address: letter.to },
    subject,
    text,
    messageId: `<${id}@consigne>`,
    // Nobody is to be told by an absence note.
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
