/** How a shell quotes. */
interface Quoting {
  escape: string;
  /** What the escape escapes between double quotes. */
  escapedInDouble: RegExp;
  /** A quote that stands twice between quotes is one quote. */
  doubles: boolean;
}

const quotings = {
  posix: { escape: "\\", escapedInDouble: /[$`"\\]/, doubles: false },
  powershell: { escape: "`", escapedInDouble: /./su, doubles: true },
} satisfies Record<string, Quoting>;

/** The words of a command line up to the cursor; the last one is being written. */
export interface SplitLine {
  /** Quotes and escapes are taken away. */
  words: string[];
  /** Characters of the last word that stand before what the shell completes by itself. */
  settled: number;
  /** The one that is open at the cursor. */
  quote: string | undefined;
}

interface LastWord {
  text: string;
  settled: number;
}

/**
 * Reads a line as a shell does, variables and the like left as they are.
 * @param breaks characters behind which bash completes by itself what follows, `COMP_WORDBREAKS`; it does so behind a
 * quote that is open, too
 */
export function splitLine(
  line: string,
  { breaks = "", rules = "posix" }: { breaks?: string; rules?: keyof typeof quotings } = {},
): SplitLine {
  const { escape, escapedInDouble, doubles }: Quoting = quotings[rules];
  const words: string[] = [];
  let word: LastWord | undefined;
  let quote: string | undefined;
  const add = (text: string): LastWord => ({ settled: word?.settled ?? 0, text: `${word?.text ?? ""}${text}` });
  const settled = (text = ""): LastWord => ({ text, settled: text.length });
  for (let at = 0; at < line.length; at++) {
    const [character = "", next = ""] = [line[at], line[at + 1]];
    const isEscape = character === escape && (quote === undefined || (quote === '"' && escapedInDouble.test(next)));
    if (isEscape || (doubles && quote === character && next === quote)) {
      word = add(next);
      at += 1;
    } else if (quote === character) {
      quote = undefined;
      if (breaks.includes(character)) word = settled(word?.text);
    } else if (quote !== undefined) word = add(character);
    else if (character === "'" || character === '"') {
      quote = character;
      word = settled(word?.text);
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word.text);
      word = undefined;
    } else {
      word = add(character);
      if (breaks.includes(character)) word = settled(word.text);
    }
  }
  return { words: [...words, word?.text ?? ""], settled: word?.settled ?? 0, quote };
}
