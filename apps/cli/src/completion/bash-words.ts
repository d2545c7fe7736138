import type { SplitLine } from "./shell-words.ts";

type Quote = (text: string) => string;

/** How to write text at the cursor so that bash takes it literally. */
const quotes: Readonly<Record<string, Quote>> = {
  "'": (text) => text.replaceAll("'", String.raw`'\''`),
  // Bash expands history events even inside these quotes.
  '"': (text) => text.replaceAll(/[$`"\\]/g, String.raw`\$&`).replaceAll("!", `"'!'"`),
};
const unquoted: Quote = (text) => text.replaceAll(/[^A-Za-z0-9_./:=@%+,\u{80}-\u{10ffff}-]|\s/gu, String.raw`\$&`);

/**
 * What bash should insert after the part that it considers fixed. It inserts the common beginning, including quotes: no
 * quote may be at the point where candidates start to differ, or half of it would be inserted.
 */
export function forBash(candidates: readonly string[], { settled, quote }: Omit<SplitLine, "words">): string[] {
  const write = quotes[quote ?? ""] ?? unquoted;
  const words = candidates.map((each) => each.slice(settled));
  const [only = ""] = words;
  if (words.length === 1) {
    // Bash closes the quote after a single candidate, but a folder should stay open.
    return quote !== undefined && only.endsWith("/") ? [write(only), `${write(only)}.`] : [write(only)];
  }
  const same = sameStart(words);
  return words.map((word) => {
    const [next = "", ...rest] = word.slice(same);
    return write(word.slice(0, same)) + next + write(rest.join(""));
  });
}

/** Length of the common beginning, without splitting a character. */
function sameStart([first = "", ...others]: readonly string[]): number {
  let length = 0;
  for (const character of first) {
    if (!others.every((other) => other.startsWith(character, length))) break;
    length += character.length;
  }
  return length;
}
