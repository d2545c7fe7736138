import { open } from "node:fs/promises";
import { stampOf } from "./file-stamp.ts";

/** The Whirlpool checksum of a stream; see the hashing package. */
export interface Hasher {
  start(): { update(chunk: Uint8Array): Promise<void> | undefined; digest(): Promise<string>; abort(): void };
}

const CHUNK_BYTES = 256 * 1024;

/**
 * The Whirlpool checksum of a whole file, read through reused memory. The stamp is empty if the file changed while it
 * was read.
 */
export async function hashFile(
  path: string,
  hasher: Hasher,
  signal: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<{ whirlpool: string; stamp: string }> {
  await using file = await open(path, "r");
  const before = stampOf(await file.stat({ bigint: true }));
  const hash = hasher.start();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      await hash.update(chunk.subarray(0, bytesRead));
      onBytes?.(bytesRead);
    }
  } catch (error) {
    hash.abort();
    throw error;
  }
  const whirlpool = await hash.digest();
  const after = stampOf(await file.stat({ bigint: true }));
  return { whirlpool, stamp: before === after ? before : "" };
}
