import { ArgumentError, DomainError } from "../errors.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { BlobNotFoundError, type BlobStore, type StagedPart, type StoredPart } from "../ports/blob-store.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";
import { partsRefusal } from "../storage/storage-refusal.ts";
import type { UploadRoom } from "../uploads/upload-room.ts";
import type { LeasedLock } from "./leased-lock.ts";
import { algorithmFor, type PartProof, proveWhatCame } from "./part-proof.ts";
import type { PartUpload, ReceivedPart } from "./part-upload.ts";

export interface PartHead {
  number: number;
  sizeBytes: number;
  proof: PartProof;
}

export interface IncomingPartParts {
  blobs: BlobStore;
  hasher: ContentHasher;
  room: Pick<UploadRoom, "space" | "takeFor">;
  meter: TransferMeter;
  /** Writes the row of the part; resolves when it is durable. */
  keep(part: ReceivedPart & { sizeBytes: number }): Promise<void>;
}

/** Receives the bytes of one part, which no other request may write meanwhile. End it with `finish` or `abort`. */
export class IncomingPart {
  readonly #parts: IncomingPartParts;
  readonly #upload: PartUpload;
  readonly #head: PartHead;
  readonly #staged: StagedPart;
  readonly #hash: ContentHash;
  readonly #lock: LeasedLock;
  readonly #metered: ReturnType<TransferMeter["beginUpload"]>;
  #sizeBytes = 0;
  #isOver = false;

  private constructor(
    parts: IncomingPartParts,
    { upload, head, lock, staged }: { upload: PartUpload; head: PartHead; lock: LeasedLock; staged: StagedPart },
  ) {
    this.#parts = parts;
    this.#upload = upload;
    this.#head = head;
    this.#lock = lock;
    this.#staged = staged;
    this.#hash = parts.hasher.start(algorithmFor(head.proof));
    this.#metered = parts.meter.beginUpload();
  }

  /** The lock is released at the end, even if opening fails. */
  static async open(
    parts: IncomingPartParts,
    input: { upload: PartUpload; head: PartHead; lock: LeasedLock },
  ): Promise<IncomingPart> {
    try {
      const staged = await parts.blobs.openPart(input.upload.blob, input.head.number);
      return new IncomingPart(parts, { ...input, staged });
    } catch (error) {
      await input.lock.release();
      throw partRefusal(error);
    }
  }

  /**
   * The chunk's memory may be reused when this resolves, or at once if there is no promise. Rejects with a `DomainError`:
   * `bad-argument` past its size, `storage-full`, `storage-unavailable`, `upload-in-progress`.
   */
  write(chunk: Uint8Array): Promise<void> | undefined {
    const sizeBytes = this.#sizeBytes + chunk.length;
    const { space } = this.#parts.room;
    const goesOn = this.#lock.isHeld && sizeBytes <= this.#head.sizeBytes && space.takeKnown(chunk.length);
    if (!goesOn) return this.#writeSlowly(chunk);
    this.#sizeBytes = sizeBytes;
    return bothOf(this.#staged.write(chunk), this.#hash.update(chunk));
  }

  async #writeSlowly(chunk: Uint8Array): Promise<void> {
    this.#lock.require();
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#head.sizeBytes) throw this.#wrongSize();
    await takeRoom(this.#parts.room, this.#upload.accountId, chunk.length);
    await bothOf(this.#staged.write(chunk), this.#hash.update(chunk));
  }

  /**
   * When this resolves, the part is durable and matches the given digests.
   * @throws {DomainError} `digest-wrong`, `bad-argument`, as `write`, and why the row was refused
   */
  async finish(): Promise<void> {
    if (this.#sizeBytes !== this.#head.sizeBytes) throw this.#wrongSize();
    const [completed, proved] = await Promise.allSettled([
      this.#staged.complete(),
      proveWhatCame(this.#hash, this.#head),
    ]);
    if (proved.status === "rejected") throw partRefusal(proved.reason);
    if (completed.status === "rejected") throw partRefusal(completed.reason);
    this.#lock.require();
    const stored: StoredPart = completed.value;
    await this.#parts.keep({ ...stored, ...proved.value, sizeBytes: this.#head.sizeBytes });
    await this.#end();
  }

  /** May be called at any time. */
  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#hash.abort();
    // Before the lock is released: the next writer must be alone.
    await this.#staged.abort();
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    this.#metered.end();
    await this.#lock.release();
  }

  #wrongSize(): DomainError {
    const { number, sizeBytes } = this.#head;
    return new ArgumentError("other", `Part ${number} of this upload must have ${sizeBytes} bytes; it was not kept.`);
  }
}

/**
 * Always waits for both, since the memory of the chunk is reused afterwards; undefined if neither needs to be waited
 * for.
 */
export function bothOf(written: Promise<void> | undefined, hashed: Promise<void> | undefined) {
  return written === undefined && hashed === undefined ? undefined : settleBoth(written, hashed);
}

async function settleBoth(...both: (Promise<void> | undefined)[]): Promise<void> {
  const results = await Promise.allSettled(both.map(async (each) => each));
  for (const result of results) if (result.status === "rejected") throw partRefusal(result.reason);
}

/** Also looks at how much room there is if that is not known. @throws {DomainError} `storage-full` */
export async function takeRoom(room: IncomingPartParts["room"], accountId: string, bytes: number): Promise<void> {
  if (room.space.takeKnown(bytes)) return;
  try {
    await room.takeFor(accountId, bytes);
  } catch (error) {
    throw partRefusal(error);
  }
}

/** Other errors are returned unchanged. */
export function partRefusal(error: unknown): unknown {
  if (!(error instanceof BlobNotFoundError)) return partsRefusal(error);
  return new DomainError("upload-not-found", "The upload is complete, or was aborted.", { cause: error });
}
