/** What a download that is not complete is called, and the file beside it that says how far it is. */
const PART_SUFFIX = ".part";
const PART_STATE_SUFFIX = ".part.json";
const COPY_SUFFIX = ".consigne-copy";

/** Where a copy is made before it gets its name. */
export function unfinishedCopyOf(path: string): string {
  return path + COPY_SUFFIX;
}

/**
 * The names in a folder that are our own unfinished work. Somebody's file that merely ends in `.part` is not among
 * them: a download of ours always has its state beside it.
 */
export function findUnfinished(names: { has(name: string): boolean; keys(): Iterable<string> }): string[] {
  const found: string[] = [];
  for (const name of names.keys()) {
    if (name.endsWith(COPY_SUFFIX)) found.push(name);
    if (!name.endsWith(PART_STATE_SUFFIX)) continue;
    const part = name.slice(0, -PART_STATE_SUFFIX.length) + PART_SUFFIX;
    if (names.has(part)) found.push(name, part);
  }
  return found;
}
