import { DomainError } from "../errors.ts";
import type { BlobStore, StagedBlob } from "../ports/blob-store.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";
import { uploadRefusal } from "../storage/storage-refusal.ts";
import type { UploadShare } from "./upload-room.ts";

/** A file whose bytes are durable, but which is not visible yet. */
export interface ReceivedFile {
  name: string;
  contentType: string;
  blobKey: string;
  sizeBytes: number;
  whirlpool: string;
}

/** Receives the bytes of one file: counts, hashes and stages them. */
export class IncomingFile {
  readonly #name: string;
  readonly #contentType: string;
  readonly #maxBytes: number;
  readonly #blobs: Pick<BlobStore, "remove">;
  readonly #staged: StagedBlob;
  readonly #hash: ContentHash;
  readonly #share: Pick<UploadShare, "take">;
  #sizeBytes = 0;

  constructor(input: {
    name: string;
    contentType: string;
    maxBytes: number;
    blobs: Pick<BlobStore, "remove">;
    staged: StagedBlob;
    hash: ContentHash;
    share: Pick<UploadShare, "take">;
  }) {
    this.#name = input.name;
    this.#contentType = input.contentType;
    this.#maxBytes = input.maxBytes;
    this.#blobs = input.blobs;
    this.#staged = input.staged;
    this.#hash = input.hash;
    this.#share = input.share;
  }

  /** Bytes so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @throws {DomainError} `file-too-large`, `quota-exceeded`, `storage-full`, `storage-unavailable` */
  async write(chunk: Uint8Array): Promise<void> {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#maxBytes) {
      throw new DomainError("file-too-large", `A file may have at most ${this.#maxBytes} bytes; nothing was stored.`);
    }
    const room = this.#share.take(chunk.length);
    if (room !== undefined) await room;
    // Always waits for both: the chunk's memory is reused as soon as this returns.
    const [written, hashed] = await Promise.allSettled([this.#staged.write(chunk), this.#hash.update(chunk)]);
    if (written.status === "rejected") throw uploadRefusal(written.reason);
    if (hashed.status === "rejected") throw uploadRefusal(hashed.reason);
  }

  /** Resolves when the bytes survive a power cut. @throws {DomainError} as `write` */
  async finish(): Promise<ReceivedFile> {
    const [completed, digested] = await Promise.allSettled([this.#staged.complete(), this.#hash.digest()]);
    if (completed.status === "rejected") throw uploadRefusal(completed.reason);
    const blobKey = this.#staged.key;
    if (digested.status === "rejected") {
      // Complete bytes cannot be aborted, and no row will ever refer to them. The storage check finds what is left
      // behind.
      await this.#blobs.remove(blobKey).catch(() => undefined);
      throw uploadRefusal(digested.reason);
    }
    const { sizeBytes } = completed.value;
    return { name: this.#name, contentType: this.#contentType, blobKey, sizeBytes, whirlpool: digested.value };
  }

  /** Discards everything received; may be called at any time. */
  async abort(): Promise<void> {
    this.#hash.abort();
    await this.#staged.abort();
  }
}

export async function stageFile(
  input: { blobs: BlobStore; hasher: Pick<ContentHasher, "start"> },
  head: { name: string; contentType: string; maxBytes: number; share: Pick<UploadShare, "take"> },
): Promise<IncomingFile> {
  let staged: StagedBlob | undefined;
  try {
    staged = await input.blobs.stage();
    return new IncomingFile({ ...head, blobs: input.blobs, staged, hash: input.hasher.start() });
  } catch (error) {
    await staged?.abort();
    throw uploadRefusal(error);
  }
}
