import { opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Longer than any lock of a server is kept to. */
const KEPT_MS = 3 * 24 * 3_600_000;

/**
 * Removes what is known of hosts that nobody asked for days: whoever orders imports can name any number of them, and each
 * leaves a file.
 */
export async function removeOldPace(folder: string, nowMs: number): Promise<void> {
  for await (const { name } of await opendir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (nowMs - mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}
