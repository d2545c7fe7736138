/** What we call a file until it is complete, and the record beside it. */
const TEMPORARY_NAME = /^\.consigne-[0-9a-f]/;

/** Whether a file of ours could be called so until it is complete; and anybody's. */
export function mayBeTemporary(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/**
 * The names in a folder that are our own unfinished work. Somebody's file may be called so too: what is in it decides.
 */
export async function findUnfinished(folder: string, names: Iterable<string>): Promise<string[]> {
  const suspects = [...names].filter(mayBeTemporary);
  if (suspects.length === 0) return [];
  // Loaded for the few that have such files: the engine itself does without the library.
  const { findUnfinishedFiles } = await import("@consigne/sdk");
  return findUnfinishedFiles(folder, suspects);
}
