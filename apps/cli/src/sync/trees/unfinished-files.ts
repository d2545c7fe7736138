/** Names of incomplete files, and of the record beside each. */
const TEMPORARY_NAME = /^\.consigne-[0-9a-f]/;

/** Whether an incomplete file of ours could have this name; other files could too. */
export function mayBeTemporary(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/**
 * The names of our own incomplete files in a folder. Somebody else's file may have such a name too: its content
 * decides.
 */
export async function findUnfinished(folder: string, names: Iterable<string>): Promise<string[]> {
  const suspects = [...names].filter(mayBeTemporary);
  if (suspects.length === 0) return [];
  // Loaded only if there are such files: the engine itself does not need the library.
  const { findUnfinishedFiles } = await import("@consigne/sdk");
  return findUnfinishedFiles(folder, suspects);
}
