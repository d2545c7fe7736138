import type { SplitLine } from "./shell-words.ts";

type Quote = (text: string) => string;

/** How text is written at the cursor so that bash means just that text. */
const quotes: Readonly<Record<string, Quote>> = {
  "'": (text) => text.replaceAll("'", String.raw`'\''`),
  // Nothing keeps bash from reading an event of its history into these quotes.
  '"': (text) => text.replaceAll(/[$`"\\]/g, String.raw`\$&`).replaceAll("!", `"'!'"`),
};
const unquoted: Quote = (text) => text.replaceAll(/[^A-Za-z0-9_./:=@%+,\u{80}-\u{10ffff}-]|\s/gu, String.raw`\$&`);

/**
 * What bash is to put in behind what it takes for settled. It puts in what all begin with, quotes and all: where they
 * begin to differ no quote may stand, or half of it would be put in.
 */
export function forBash(candidates: readonly string[], { settled, quote }: Omit<SplitLine, "words">): string[] {
  const write = quotes[quote ?? ""] ?? unquoted;
  const words = candidates.map((each) => each.slice(settled));
  const [only = ""] = words;
  if (words.length === 1) {
    // Bash closes the quote behind an only candidate; but a folder is to be gone into.
    return quote !== undefined && only.endsWith("/") ? [write(only), `${write(only)}.`] : [write(only)];
  }
  const same = sameStart(words);
  return words.map((word) => {
    const [next = "", ...rest] = word.slice(same);
    return write(word.slice(0, same)) + next + write(rest.join(""));
  });
}

/** Length of what all begin with, no character cut in two. */
function sameStart([first = "", ...others]: readonly string[]): number {
  let length = 0;
  for (const character of first) {
    if (!others.every((other) => other.startsWith(character, length))) break;
    length += character.length;
  }
  return length;
}
