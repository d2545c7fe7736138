import type { Output } from "./output.ts";

/** Everything that a terminal treats as a command, and what would change the text direction. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are just what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A name in a form that is safe to show: names come from other people, and a terminal would obey some of them.
 * Invisible characters are written as `\x1b` or `\u{202e}`.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** A folder in a listing: with a trailing slash, and in blue on colour terminals. */
export function folderName({ isForTerminal, hasColor }: Output, name: string): string {
  const text = `${visible(name)}/`;
  return isForTerminal && hasColor ? `\u001b[1;34m${text}\u001b[0m` : text;
}
