import type { Output } from "./output.ts";

/** Everything a terminal takes for an order, and what would turn the direction of the line around. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are just what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A name as it may be shown: names come from other people, and a terminal would carry out what some of them hold.
 * Characters without a face of their own are written as `\x1b` or `\u{202e}`.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** A folder as it is listed: with a slash at its end, and in blue where somebody sees colours. */
export function folderName({ isForTerminal, hasColor }: Output, name: string): string {
  const text = `${visible(name)}/`;
  return isForTerminal && hasColor ? `\u001b[1;34m${text}\u001b[0m` : text;
}
