/** The quoting rules of a shell. */
interface Quoting {
  escape: string;
  /** The characters that can be escaped between double quotes. */
  escapedInDouble: RegExp;
  /** A doubled quote inside quotes is one quote. */
  doubles: boolean;
}

const quotings = {
  posix: { escape: "\\", escapedInDouble: /[$`"\\]/, doubles: false },
  powershell: { escape: "`", escapedInDouble: /./su, doubles: true },
} satisfies Record<string, Quoting>;

/** The words of a command line up to the cursor; the last one is being typed. */
export interface SplitLine {
  /** Without quotes and escapes. */
  words: string[];
  /** Characters of the last word before the part that the shell completes itself. */
  settled: number;
  /** The quote that is open at the cursor. */
  quote: string | undefined;
}

interface LastWord {
  text: string;
  settled: number;
}

/**
 * Splits a line like a shell, leaving variables and the like as they are.
 * @param breaks characters after which bash completes the rest separately, `COMP_WORDBREAKS`; it does so after an open
 *   quote, too
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
