import { lstat, stat } from "node:fs/promises";
import { systemCode } from "../command-line/errors.ts";
import { hashFile, type Hasher } from "../sync/hash-file.ts";

/**
 * Whether a local file holds what a remote one does; the bytes are read only where the sizes agree. Undefined when
 * there is no local file.
 */
export async function holdsSame(
  hasher: Hasher,
  path: string,
  remote: { sizeBytes: number; whirlpool: string | undefined },
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size !== remote.sizeBytes || remote.whirlpool === undefined) return false;
  return (await hashFile(path, hasher, signal)).whirlpool === remote.whirlpool;
}

/**
 * Whether a remote file may have a local path that nobody named: nothing is there, or the same already. What cannot be
 * looked at stands in nobody's way; writing there will tell why.
 */
export async function isFreeOrSame(
  hasher: Hasher,
  path: string,
  remote: { sizeBytes: number; whirlpool: string | undefined },
  signal: AbortSignal,
): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return true;
  if (!found.isFile()) return false;
  try {
    return (await holdsSame(hasher, path, remote, signal)) !== false;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
