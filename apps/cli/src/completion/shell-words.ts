/** The words of a command line up to the cursor, quotes and backslashes taken away; the last one is being written. */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = `${word ?? ""}${character}`;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (character === "\\") {
      at += 1;
      word = `${word ?? ""}${line[at] ?? ""}`;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ""}${character}`;
  }
  return [...words, word ?? ""];
}

/** What bash puts in: it completes what stands behind the last `:` or `=`, and takes a backslash for what it would act on. */
export function forBash(candidate: string, word: string): string {
  const written = Math.max(word.lastIndexOf(":"), word.lastIndexOf("=")) + 1;
  return candidate.slice(written).replaceAll(/[^A-Za-z0-9_./:=@%+,-]/gu, "\\$&");
}
