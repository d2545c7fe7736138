import type { Blob } from "../files/file.ts";
import { digestsOfStored, isAsInManifest } from "../files/stored-digest.ts";
import type { BlobCopies, BlobCopy } from "../ports/blob-copies.ts";
import { type BlobReader, BlobNotFoundError, type BlobStore, BlobStoreError } from "../ports/blob-store.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";

/** The destination could not store the copy; this says nothing about the bytes that were read. */
export class CopyRefusedError extends Error {
  override name = "CopyRefusedError";
  readonly refusal: BlobStoreError;

  constructor(refusal: BlobStoreError) {
    super(refusal.message, { cause: refusal });
    this.refusal = refusal;
  }
}

/** `sound`: the bytes match the content; `gone`: there are none. */
export type Proof = "sound" | "damaged" | "gone";

interface Proving {
  hasher: ContentHasher;
  /** The rows that say what the bytes must be. */
  database: Pick<Database, "manifests">;
}

/** Reads all bytes of a content and compares them with its manifest or Whirlpool checksum. */
export async function proveStored(
  { hasher, database }: Proving,
  blob: Blob,
  blobs: Pick<BlobStore, "open" | "stat">,
): Promise<Proof> {
  try {
    const stat = await blobs.stat(blob.key);
    if (stat === undefined) return "gone";
    if (stat.sizeBytes !== blob.sizeBytes) return "damaged";
    return (await isSound({ blobs, hasher }, blob, database)) ? "sound" : "damaged";
  } catch (error) {
    if (error instanceof BlobNotFoundError) return "gone";
    // What a failing disk does not return is as good as lost.
    if (error instanceof BlobStoreError) return "damaged";
    throw error;
  }
}

/**
 * Copies and verifies a content in a single read; only sound bytes replace what was there.
 * @throws {CopyRefusedError}
 */
export async function copyProved(
  proving: Proving,
  blob: Blob,
  { from, to }: { from: Pick<BlobStore, "open" | "stat">; to: Pick<BlobCopies, "begin"> },
): Promise<Proof> {
  const copy = await refusing(() => to.begin(blob.key));
  let proof: Proof = "damaged";
  try {
    proof = await proveStored(proving, blob, { stat: (key) => from.stat(key), open: teeing(from, copy) });
  } finally {
    if (proof !== "sound") await copy.abort();
  }
  if (proof === "sound") await refusing(() => copy.complete());
  return proof;
}

async function isSound(
  stored: Parameters<typeof digestsOfStored>[0],
  blob: Blob,
  { manifests }: Proving["database"],
): Promise<boolean> {
  if (blob.hasLeaves) {
    const isRight = await isAsInManifest(stored, blob, (page) => manifests.find(blob.id, page));
    if (isRight === true) return true;
    if (isRight === false && blob.whirlpool === undefined) return false;
  }
  const { whirlpool } = await digestsOfStored(stored, blob);
  // Without either, only the size of the content is known.
  return blob.whirlpool === undefined || whirlpool === blob.whirlpool;
}

/** Also writes everything that is read to its place in the copy. A second read writes the same bytes again. */
function teeing(from: Pick<BlobStore, "open">, copy: BlobCopy): BlobStore["open"] {
  return async (key, range) => {
    const reader = await from.open(key, range);
    let position = range?.start ?? 0;
    const read: BlobReader["read"] = async (buffer) => {
      const count = await reader.read(buffer);
      if (count > 0) await refusing(() => copy.write(buffer.subarray(0, count), position));
      position += count;
      return count;
    };
    return { sizeBytes: reader.sizeBytes, read, close: () => reader.close() };
  };
}

/** @throws {CopyRefusedError} */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BlobStoreError ? new CopyRefusedError(error) : error;
  }
}
