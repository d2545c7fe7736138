/** The entry to show when the next folder is opened. Not in the URL: reloading the page starts at its top. */
let wanted: string | undefined;

export function openAtEntry(key: string): void {
  wanted = key;
}

/** Returns it once. */
export function takeOpenedEntry(): string | undefined {
  const key = wanted;
  wanted = undefined;
  return key;
}
