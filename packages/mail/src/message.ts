import type { Letter } from "@consigne/core";
import type { LetterLinks } from "./letter-text.ts";
import { letterText } from "./letter-text.ts";

export interface Sender {
  /** As in `From`, such as `Consigne <noreply@files.example.org>`. */
  from: () => string;
  links: LetterLinks;
}

/** The input of the mail library: never a path or an address to fetch, and no more than one recipient. */
export function messageOf(letter: Letter, id: string, { from, links }: Sender) {
  const { subject, text } = letterText(letter, links);
  return {
    from: from(),
    // As an object: an address is a single address, whatever commas and brackets it contains.
    to: { name: "", address: letter.to },
    subject,
    text,
    messageId: `<${id}@consigne>`,
    // Prevents automatic absence replies.
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
