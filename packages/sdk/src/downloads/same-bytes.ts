import type { LocalFiles } from "../platform/local-files.ts";
import { DIGEST_BYTES, type Manifest } from "./manifest.ts";

/**
 * Whether a local file has the bytes of a manifest; reads up to the first difference.
 * @throws {LocalFileError} it cannot be read, or changes meanwhile
 */
export async function hasBytesOf(
  files: LocalFiles,
  path: string,
  { sizeBytes, leafBytes, digests }: Manifest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const facts = await files.find(path);
  if (facts?.sizeBytes !== sizeBytes) return false;
  const memory = new Uint8Array(new SharedArrayBuffer(leafBytes));
  for (let start = 0, at = 0; start < sizeBytes; start += leafBytes, at += DIGEST_BYTES) {
    signal?.throwIfAborted();
    const leaf = memory.subarray(0, Math.min(leafBytes, sizeBytes - start));
    const digest = await files.readAndHash(path, start, leaf, facts);
    if (digest !== hexOf(digests.subarray(at, at + DIGEST_BYTES))) return false;
  }
  return true;
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
