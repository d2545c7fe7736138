import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { systemCode } from "../command-line/errors.ts";
import type { Hasher } from "../sync/comparison.ts";

const CHUNK_BYTES = 256 * 1024;

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
  const hash = hasher.start();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) {
      await hash.update(chunk as Uint8Array);
    }
    return (await hash.digest()) === remote.whirlpool;
  } catch (error) {
    hash.abort();
    throw error;
  }
}
