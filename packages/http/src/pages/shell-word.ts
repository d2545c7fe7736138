/** A text as one word of a POSIX shell: people copy the commands on a page, and names in them are chosen by others. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
