import { LEAF_DIGEST_BYTES } from "../files/manifest-format.ts";
import { type BlobStore, type PartedBlob, partSpanOf, type StagedPart } from "../ports/blob-store.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";
import { bothOf, partRefusal } from "./incoming-part.ts";
import type { ReceivedPart, ReceivedTail } from "./part-upload.ts";

const READ_BYTES = 128 * 1024;

interface Ports {
  blobs: BlobStore;
  hasher: ContentHasher;
}

interface Place {
  blob: PartedBlob;
  number: number;
  /** The bytes it already has. */
  tail: ReceivedTail | undefined;
}

/** Receives one part of a stream. The bytes it already has are read again and verified before it continues. */
export class StreamedPart {
  readonly #staged: StagedPart;
  readonly #leaves: ContentHash;
  #lackingBytes: number;

  private constructor({ blob, number, tail }: Place, staged: StagedPart, leaves: ContentHash) {
    const { start, end } = partSpanOf(blob, number);
    this.#staged = staged;
    this.#leaves = leaves;
    this.#lackingBytes = end - start + 1 - (tail?.sizeBytes ?? 0);
  }

  /**
   * `tail-lost`: the bytes it already has were changed on the disk.
   * @throws {DomainError} `storage-unavailable`, `storage-full`, `upload-not-found`
   */
  static async open(ports: Ports, place: Place): Promise<StreamedPart | "tail-lost"> {
    const { blob, number, tail } = place;
    const leaves = ports.hasher.start("leaves");
    try {
      if (tail !== undefined && !(await proveTail(ports, { ...place, tail }, leaves))) {
        leaves.abort();
        return "tail-lost";
      }
      return new StreamedPart(place, await ports.blobs.openPart(blob, number, tail), leaves);
    } catch (error) {
      leaves.abort();
      throw partRefusal(error);
    }
  }

  get lackingBytes(): number {
    return this.#lackingBytes;
  }

  /**
   * At most the missing bytes. The chunk's memory may be reused when this resolves, or at once if there is no promise.
   * Rejects with a `DomainError`: `storage-full`, `storage-unavailable`.
   */
  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#lackingBytes -= chunk.length;
    return bothOf(this.#staged.write(chunk), this.#leaves.update(chunk));
  }

  /** Resolves when it is durable. @throws {DomainError} as `write` */
  async complete(): Promise<ReceivedPart> {
    const [stored, leaves] = await this.#ended(this.#staged.complete());
    return { ...stored, sha256: "", leaves };
  }

  /** Like `complete`, for a part with more to come. */
  async pause(): Promise<ReceivedTail> {
    const [stored, leaves] = await this.#ended(this.#staged.pause());
    return { ...stored, leaves };
  }

  /** May be called at any time. */
  async abort(): Promise<void> {
    this.#leaves.abort();
    await this.#staged.abort();
  }

  async #ended<T>(stored: Promise<T>): Promise<[T, Uint8Array]> {
    try {
      const [part, leaves] = await Promise.allSettled([stored, this.#leaves.digest()]);
      if (part.status === "rejected") throw partRefusal(part.reason);
      if (leaves.status === "rejected") throw partRefusal(leaves.reason);
      return [part.value, new Uint8Array(Buffer.from(leaves.value, "hex"))];
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

/** Also feeds `leaves`, which continues from there. */
async function proveTail(
  { blobs, hasher }: Ports,
  { blob, number, tail }: Place & { tail: ReceivedTail },
  leaves: ContentHash,
): Promise<boolean> {
  const proof = hasher.start("leaves");
  const reader = await blobs.openTail(blob, number, tail);
  try {
    const buffer = new Uint8Array(READ_BYTES);
    for (let count = -1; count !== 0;) {
      count = await reader.read(buffer);
      const bytes = buffer.subarray(0, count);
      await bothOf(proof.update(bytes), leaves.update(bytes));
    }
    const expected = Buffer.from(tail.leaves).toString("hex");
    return (
      expected.length > 0 && expected.length % (2 * LEAF_DIGEST_BYTES) === 0 && (await proof.digest()) === expected
    );
  } catch (error) {
    proof.abort();
    throw error;
  } finally {
    await reader.close();
  }
}
