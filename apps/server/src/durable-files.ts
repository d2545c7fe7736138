import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

const PRIVATE = 0o600;

/**
 * Replaces a small file atomically: readers find the old or the new one. Durable when it resolves. Nobody else may
 * write it meanwhile; a killed process leaves `PATH.new`, which the next write replaces.
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
  // Windows cannot open a folder as a file; its file systems journal names by themselves.
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Removes it durably. Returns false, without an error, if there was none. */
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
