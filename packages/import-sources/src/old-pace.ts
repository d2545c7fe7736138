import { opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** The files are written by the client library. */
const PREFIX = "pace-";
/** No lock of a server lasts longer, and intervals between calls are shorter. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Removes what is known about hosts that were not used for a week: users can name any number of hosts in imports, and
 * each leaves a file. Files that cannot be removed are left for the next time, and a missing folder is fine.
 * @param nowMs by the clock of the file system, like the times of files
 */
export async function removeOldPace(folder: string, nowMs: number): Promise<void> {
  const entries = await opendir(folder).catch(() => []);
  for await (const { name } of entries) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && nowMs - found.mtimeMs > KEPT_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}
