import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What a download that is not complete is called, and the file beside it that says how far it is. */
const PART_SUFFIX = ".part";
const PART_STATE_SUFFIX = ".part.json";
const COPY_NAME = /^\.consigne-copy-[0-9a-f]{32}$/;
/** Longer than any state of a download. */
const MOST_STATE_BYTES = 1024 * 1024;

/** Where a copy is made before it gets its name: one that nobody chooses, and short enough whatever that name is. */
export function unfinishedCopyOf(path: string): string {
  const mark = createHash("sha256").update(basename(path)).digest("hex").slice(0, 32);
  return join(dirname(path), `.consigne-copy-${mark}`);
}

/**
 * The names in a folder that are our own unfinished work. Somebody's `cat.part` beside a `cat.part.json` is not among
 * them: what is in the second file decides.
 */
export async function findUnfinished(
  folder: string,
  files: ReadonlyMap<string, { sizeBytes: number }>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [name, { sizeBytes }] of files) {
    if (COPY_NAME.test(name)) found.push(name);
    if (!name.endsWith(PART_STATE_SUFFIX) || sizeBytes > MOST_STATE_BYTES) continue;
    const partName = name.slice(0, -PART_STATE_SUFFIX.length) + PART_SUFFIX;
    const part = files.get(partName);
    if (part === undefined) continue;
    // Loaded for the few that have such files: the engine itself does without the library.
    const { isUnfinishedDownload } = await import("@consigne/sdk");
    const state = await readFile(join(folder, name), "utf8").catch(() => "");
    if (isUnfinishedDownload(state, part.sizeBytes)) found.push(name, partName);
  }
  return found;
}
