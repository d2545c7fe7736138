import { visible } from "@consigne/contract/visible-text";
import { type Html, html } from "./html.ts";

/** Our texts do not contain it. */
const PLACE = "\ufdd0";

/**
 * A name within other text, where people read it and programs do not: hidden characters are escaped, and right-to-left
 * letters do not change the order of the text beside them.
 */
export const shownName = (name: string): Html => html`<bdi>${visible(name)}</bdi>`;

/** A sentence with a name in it. */
export function withName(say: (name: string) => string, name: string): Html {
  const [before = "", after = ""] = say(PLACE).split(PLACE);
  return html`${before}${shownName(name)}${after}`;
}
