import { newBlobKey } from "../random-ids.ts";
import { BlobNotFoundError, StagedBlobEndedError } from "./blob-store.ts";
import type {
  BlobReader,
  BlobStat,
  BlobStore,
  ByteSource,
  ByteSpan,
  ListedBlob,
  PartedBlob,
  PartPlan,
  StagedBlob,
  StagedPart,
  StoredPart,
  StoredTail,
} from "./blob-store.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { MemoryParts } from "./memory-parts.ts";

interface StoredBlob {
  bytes: Uint8Array;
  modifiedAt: Date;
}

/** Keeps blobs in memory: for tests and trials. */
export class MemoryBlobStore implements BlobStore {
  readonly #clock: Clock;
  readonly #blobs = new Map<string, StoredBlob>();
  readonly #parts: MemoryParts;
  #id: string | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#parts = new MemoryParts(clock);
  }

  async beginParts(plan: PartPlan): Promise<PartedBlob> {
    return this.#parts.begin(plan);
  }

  async openPart(blob: PartedBlob, number: number, after?: StoredTail): Promise<StagedPart> {
    return this.#parts.open(blob, number, after);
  }

  async openTail(blob: PartedBlob, _number: number, tail: StoredTail): Promise<ByteSource> {
    return new MemoryBlobReader(this.#parts.tailOf(blob, tail));
  }

  async completeParts(blob: PartedBlob, parts: readonly StoredPart[]): Promise<BlobStat> {
    if (!this.#blobs.has(blob.key)) {
      this.#blobs.set(blob.key, { bytes: this.#parts.join(blob, parts), modifiedAt: this.#clock.now() });
    }
    return { sizeBytes: blob.sizeBytes };
  }

  async abortParts({ key }: Pick<PartedBlob, "key">): Promise<void> {
    this.#parts.drop(key);
  }

  async *listParted(): ReturnType<BlobStore["listParted"]> {
    yield* this.#parts.list();
  }

  async stage(): Promise<StagedBlob> {
    return new MemoryStagedBlob((key, bytes) => this.#blobs.set(key, { bytes, modifiedAt: this.#clock.now() }));
  }

  async open(key: string, range?: ByteSpan): Promise<BlobReader> {
    const blob = this.#blobs.get(key);
    if (blob === undefined) throw new BlobNotFoundError(key);
    return new MemoryBlobReader(blob.bytes, range);
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    const blob = this.#blobs.get(key);
    return blob && { sizeBytes: blob.bytes.byteLength };
  }

  async remove(key: string): Promise<void> {
    this.#blobs.delete(key);
  }

  async *list(): AsyncGenerator<ListedBlob> {
    for (const [key, { bytes, modifiedAt }] of this.#blobs) yield { key, sizeBytes: bytes.byteLength, modifiedAt };
  }

  /** Staged bytes end with the process, so a crash leaves nothing to sweep. */
  async sweepStaged(): Promise<number> {
    return 0;
  }

  async room(): Promise<undefined> {}

  async findId(): Promise<string | undefined> {
    return this.#id;
  }

  async claimId(id: string): Promise<string> {
    return (this.#id ??= id);
  }

  async checkWritable(): Promise<void> {}
}

class MemoryStagedBlob implements StagedBlob {
  readonly key = newBlobKey();
  readonly #keep: (key: string, bytes: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #isEnded = false;

  constructor(keep: (key: string, bytes: Uint8Array) => void) {
    this.#keep = keep;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen();
    this.#chunks.push(Uint8Array.from(chunk));
  }

  async complete(): Promise<BlobStat> {
    this.#assertOpen();
    const bytes = Buffer.concat(this.#chunks);
    this.#end();
    this.#keep(this.key, bytes);
    return { sizeBytes: bytes.byteLength };
  }

  async abort(): Promise<void> {
    this.#end();
  }

  #end(): void {
    this.#isEnded = true;
    this.#chunks = [];
  }

  #assertOpen(): void {
    if (this.#isEnded) throw new StagedBlobEndedError(this.key);
  }
}

class MemoryBlobReader implements BlobReader {
  readonly sizeBytes: number;
  #rest: Uint8Array;
  #isClosed = false;

  constructor(bytes: Uint8Array, range?: ByteSpan) {
    this.sizeBytes = bytes.byteLength;
    this.#rest = range === undefined ? bytes : bytesWithin(bytes, range);
  }

  async read(buffer: Uint8Array): Promise<number> {
    if (this.#isClosed) throw new Error("The reader is closed.");
    const taken = this.#rest.subarray(0, buffer.byteLength);
    buffer.set(taken);
    this.#rest = this.#rest.subarray(taken.byteLength);
    return taken.byteLength;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }
}

function bytesWithin(bytes: Uint8Array, { start, end }: ByteSpan): Uint8Array {
  const isSpan = Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end;
  if (!isSpan || start >= bytes.byteLength) {
    throw new RangeError(`The bytes ${start}-${end} do not lie in a blob of ${bytes.byteLength}.`);
  }
  return bytes.subarray(start, end + 1);
}
