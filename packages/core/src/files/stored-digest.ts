import { mapBounded } from "../bounded.ts";
import { type BlobStore, BlobStoreError, type ByteSpan } from "../ports/blob-store.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";
import { LEAF_BYTES, LEAF_DIGEST_BYTES, leafCountOf, LEAVES_PER_PAGE } from "./manifest-format.ts";

const READ_BYTES = 1_048_576;
const PAGE_BYTES = LEAF_BYTES * LEAVES_PER_PAGE;
/** Leaves that one reader takes in sequence. */
const STRETCH_LEAVES = 16;
const READERS = 2;

interface Stored {
  blobs: Pick<BlobStore, "open">;
  hasher: ContentHasher;
}

interface StoredBytes {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Called before bytes are read, with their number. */
export type BeforeRead = (countBytes: number) => Promise<void>;

/**
 * The Whirlpool checksum of stored bytes, and the digests of their leaves in pages, in a single read.
 * @throws {BlobNotFoundError}
 * @throws {BlobStoreError}
 */
export async function digestsOfStored(
  stored: Stored,
  { key, sizeBytes }: StoredBytes,
  beforeRead?: BeforeRead,
): Promise<{ whirlpool: string; pages: Uint8Array[] }> {
  const whirlpool = stored.hasher.start();
  const pages: Uint8Array[] = [];
  try {
    for (let start = 0; start < sizeBytes; start += PAGE_BYTES) {
      const end = Math.min(sizeBytes, start + PAGE_BYTES) - 1;
      const leaves = stored.hasher.start("leaves");
      await read(stored, { key, span: { start, end }, hashes: [whirlpool, leaves], beforeRead });
      pages.push(bytesOf(await leaves.digest()));
    }
    return { whirlpool: await whirlpool.digest(), pages };
  } catch (error) {
    whirlpool.abort();
    throw error;
  }
}

/**
 * Whether stored bytes match a manifest; reads a few leaves at a time.
 * @param page the digests of one page; undefined if it is missing
 * @throws {BlobNotFoundError}
 * @throws {BlobStoreError}
 */
export async function isAsInManifest(
  stored: Stored,
  { key, sizeBytes }: StoredBytes,
  page: (number: number) => Promise<Uint8Array | undefined>,
  beforeRead?: BeforeRead,
): Promise<boolean | "no-manifest"> {
  const count = leafCountOf(sizeBytes);
  for (let first = 0; first < count; first += LEAVES_PER_PAGE) {
    const digests = await page(first / LEAVES_PER_PAGE);
    const leaves = Math.min(LEAVES_PER_PAGE, count - first);
    if (digests?.byteLength !== leaves * LEAF_DIGEST_BYTES) return "no-manifest";
    const stretches = Array.from({ length: Math.ceil(leaves / STRETCH_LEAVES) }, (_, at) => at * STRETCH_LEAVES);
    let isRight = true;
    await mapBounded(stretches, READERS, async (from) => {
      if (!isRight) return;
      const to = Math.min(leaves, from + STRETCH_LEAVES);
      const span = { start: (first + from) * LEAF_BYTES, end: Math.min(sizeBytes, (first + to) * LEAF_BYTES) - 1 };
      const hash = stored.hasher.start("leaves");
      await read(stored, { key, span, hashes: [hash], beforeRead });
      const wanted = digests.subarray(from * LEAF_DIGEST_BYTES, to * LEAF_DIGEST_BYTES);
      if (Buffer.compare(bytesOf(await hash.digest()), wanted) !== 0) isRight = false;
    });
    if (!isRight) return false;
  }
  return true;
}

/** All hashes are aborted if reading fails. */
async function read(
  { blobs }: Stored,
  input: {
    key: string;
    span: ByteSpan;
    hashes: readonly ContentHash[];
    beforeRead: BeforeRead | undefined;
  },
): Promise<void> {
  const { key, span, hashes, beforeRead } = input;
  const reader = await blobs.open(key, span).catch((error: unknown) => {
    for (const hash of hashes) hash.abort();
    throw error instanceof RangeError ? shorter(error) : error;
  });
  try {
    const buffer = new Uint8Array(Math.min(READ_BYTES, span.end - span.start + 1));
    for (let left = span.end - span.start + 1; left > 0;) {
      await beforeRead?.(Math.min(left, buffer.length));
      const count = await reader.read(buffer);
      if (count === 0) throw shorter();
      const chunk = buffer.subarray(0, count);
      const updates = await Promise.allSettled(hashes.map(async (hash) => hash.update(chunk)));
      for (const update of updates) if (update.status === "rejected") throw update.reason;
      left -= count;
    }
  } catch (error) {
    for (const hash of hashes) hash.abort();
    throw error;
  } finally {
    await reader.close();
  }
}

const shorter = (cause?: unknown) =>
  new BlobStoreError("unavailable", "The stored data is shorter than it was.", { cause });

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
