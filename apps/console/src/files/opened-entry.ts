/** The entry at which the next folder is opened. Not in the address: whoever loads the page again begins at its top. */
let wanted: string | undefined;

export function openAtEntry(key: string): void {
  wanted = key;
}

/** Once. */
export function takeOpenedEntry(): string | undefined {
  const key = wanted;
  wanted = undefined;
  return key;
}
