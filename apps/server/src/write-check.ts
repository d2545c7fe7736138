import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { newRecordId, type RefusedWrite, refusedWriteOf } from "@consigne/core";

/** The space that a database needs besides itself to begin. */
const PROBE = Buffer.alloc(128 * 1024);

/** Why nothing can be written in a folder; undefined if something can, or if it fails in another way. */
export async function whyUnwritable(directory: string): Promise<RefusedWrite | undefined> {
  const path = join(directory, `write-check-${newRecordId()}`);
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(PROBE);
      await file.sync();
    } finally {
      await file.close();
    }
    return undefined;
  } catch (error) {
    return refusedWriteOf(error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
