import type { BlobStore } from "../ports/blob-store.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";

const READ_BYTES = 1_048_576;

/**
 * The Whirlpool of stored bytes.
 * @param beforeRead called before bytes are read, with how many
 * @throws {BlobNotFoundError}
 * @throws {BlobStoreError}
 */
export async function whirlpoolOfStored(
  { blobs, hasher }: { blobs: Pick<BlobStore, "open">; hasher: ContentHasher },
  { key, sizeBytes }: { key: string; sizeBytes: number },
  beforeRead?: (countBytes: number) => Promise<void>,
): Promise<string> {
  const reader = await blobs.open(key);
  const hash = hasher.start();
  try {
    const buffer = new Uint8Array(Math.max(1, Math.min(READ_BYTES, sizeBytes)));
    for (let left = sizeBytes; ; left -= buffer.length) {
      await beforeRead?.(Math.max(0, Math.min(left, buffer.length)));
      const count = await reader.read(buffer);
      if (count === 0) return await hash.digest();
      await hash.update(buffer.subarray(0, count));
    }
  } catch (error) {
    hash.abort();
    throw error;
  } finally {
    await reader.close();
  }
}
