/** A text as one word of a POSIX shell: people copy the lines that a page offers, and others choose the names in them. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
