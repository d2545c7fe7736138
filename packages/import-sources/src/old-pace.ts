import { opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** The files are those of the client library. */
const PREFIX = "pace-";
/** No lock of a server lasts longer, and what keeps two calls apart is shorter. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Removes what is known of hosts that nobody asked for a week: whoever orders imports can name any number of them, and
 * each leaves a file. What cannot be removed is left for the next time, and so is everything where there is no folder yet.
 * @param nowMs by the clock of the file system, as the times of files are
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
