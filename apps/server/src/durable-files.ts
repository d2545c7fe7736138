import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

const PRIVATE = 0o600;

/**
 * Puts a small file in the place of the one that is there: whoever reads it finds either. Durable when it resolves. Nobody
 * else may write it meanwhile; what one that was killed has left lies at `PATH.new`, and goes with the next.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, "w", PRIVATE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder as a file; its file systems journal names by themselves.
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Durably; absent is fine. False where there was none. */
export async function removeDurably(path: string): Promise<boolean> {
  try {
    await rm(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
}
