/**
 * Where bytes live. A blob has an opaque key chosen before its content is known, so no store ever copies or renames
 * objects to identify them. Nothing here names a path, a driver or a protocol.
 */
export interface BlobStore {
  /** Opens a place for new bytes. They are visible to nobody until `complete`. */
  stage(): Promise<StagedBlob>;
  /** Opens a place for bytes that come in parts, in any order and through any process that shares the store. */
  beginParts(plan: PartPlan): Promise<PartedBlob>;
  /**
   * Opens the place of one part, from 1. What it had held before is gone with the first byte, so nobody else may be writing
   * it, and none is opened again whose `StoredPart` is to be completed. It goes on behind the bytes that were kept, if any.
   * @throws {BlobNotFoundError} when the transfer was aborted, or is complete
   */
  openPart(blob: PartedBlob, number: number, after?: StoredTail): Promise<StagedPart>;
  /**
   * Reads what `pause` kept of a part. Read it before the part goes on: its place may be taken then.
   * @throws {BlobNotFoundError} when the transfer was aborted, or is complete
   */
  openTail(blob: PartedBlob, number: number, tail: StoredTail): Promise<ByteSource>;
  /**
   * Makes one blob of all parts, in the order of their numbers; durable when it resolves. Once more for a blob that is
   * complete does nothing.
   * @throws {BlobNotFoundError} when the transfer was aborted
   * @throws {BlobStoreError} when the parts are not those of the plan
   */
  completeParts(blob: PartedBlob, parts: readonly StoredPart[]): Promise<BlobStat>;
  /** Drops what came of it. A complete blob stays, and absent is fine. */
  abortParts(blob: Pick<PartedBlob, "key" | "transfer">): Promise<void>;
  /** Every transfer in parts that is neither complete nor aborted, in no order. */
  listParted(): AsyncIterable<ListedTransfer>;
  /**
   * Opens bytes `[start, end]` (inclusive; whole blob when absent) for reading.
   * @throws {BlobNotFoundError} when there is no complete blob of that key
   */
  open(key: string, range?: ByteSpan): Promise<BlobReader>;
  /** Size of a complete blob; undefined when there is none. */
  stat(key: string): Promise<BlobStat | undefined>;
  /** Removes a complete blob. Absent is fine. */
  remove(key: string): Promise<void>;
  /** Every complete blob, in no order. May show or miss blobs that come or go meanwhile. */
  list(): AsyncIterable<ListedBlob>;
  /**
   * Drops staged bytes left by a crash: last written before `olderThan`, or after `newerThan` by a clock that was wrong.
   * Those that are being written stay, and what came in parts. Returns how many were dropped.
   */
  sweepStaged(olderThan: Date, newerThan: Date): Promise<number>;
  /**
   * What is free for new bytes, less what staged blobs took and have not written yet; undefined when there is no known end.
   * @throws {BlobStoreError}
   */
  room(): Promise<StorageRoom | undefined>;
  /**
   * What the store is called; undefined until it was given a name.
   * @throws {UnclearStoreError} when it has one that says nothing
   * @throws {BlobStoreError}
   */
  findId(): Promise<string | undefined>;
  /**
   * Gives a store without a clear name this one, durably. Returns the name it has by then: of several at a time one is kept.
   * @param mayReplace also one that cannot be read
   * @throws {BlobStoreError}
   */
  claimId(id: string, options?: { mayReplace?: boolean }): Promise<string>;
  /** Resolves when new bytes could be taken right now. @throws {BlobStoreError} saying why not */
  checkWritable(): Promise<void>;
}

export interface StorageRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Undefined where blobs are not counted. */
  readonly freeFiles: number | undefined;
  readonly totalFiles: number | undefined;
}

export interface ByteSpan {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

export interface BlobStat {
  readonly sizeBytes: number;
}

export interface ListedBlob extends BlobStat {
  readonly key: string;
  readonly modifiedAt: Date;
}

/**
 * Bytes on their way in. Exactly one of `complete` and `abort` ends it; `abort` may be called at any time, twice too.
 * `write` and `complete` throw {@link BlobStoreError} when the store cannot take the bytes and {@link StagedBlobEndedError}
 * after the end.
 */
export interface StagedBlob {
  readonly key: string;
  /** Takes a chunk; resolves once the chunk's memory may be reused. Calls must not overlap. */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the bytes are durable under `key`: a power cut after this loses nothing. */
  complete(): Promise<BlobStat>;
  /** Removes whatever was staged. After `complete` it does nothing. */
  abort(): Promise<void>;
}

/** How a blob is cut: every part but the last has `partBytes`. An empty blob has no parts. */
export interface PartPlan {
  readonly sizeBytes: number;
  readonly partBytes: number;
}

/** A transfer in parts. Whoever has this can go on with it, so it is kept where the other processes find it. */
export interface PartedBlob extends PartPlan {
  /** Of the blob once it is complete. */
  readonly key: string;
  /** What the store calls the transfer, as S3's `UploadId`; opaque. */
  readonly transfer: string;
}

export interface ListedTransfer extends Pick<PartedBlob, "key" | "transfer"> {
  /** When it began, or, where the store knows that, when bytes of it came last. */
  readonly modifiedAt: Date;
}

/** A part that is durable. */
export interface StoredPart {
  readonly number: number;
  /** What the store wants to be told of it at the end, as S3's `ETag`; opaque. */
  readonly tag: string;
}

/** The first bytes of a part, which are durable while the others are still to come. */
export interface StoredTail {
  readonly sizeBytes: number;
  /** How the store finds them again, as the key of an object beside the transfer; opaque. */
  readonly tag: string;
}

/** Bytes of one part on their way in. Ends and fails as a {@link StagedBlob} does. */
export interface StagedPart {
  write(chunk: Uint8Array): Promise<void>;
  /** Ends it in the middle. Resolves when what was written, with what it went on from, is durable. */
  pause(): Promise<StoredTail>;
  /** Resolves when the part is durable. @throws {BlobStoreError} also when it has not exactly the bytes of the plan */
  complete(): Promise<StoredPart>;
  abort(): Promise<void>;
}

/** Parts of a plan. */
export const partCountOf = ({ sizeBytes, partBytes }: PartPlan): number => Math.ceil(sizeBytes / partBytes);

/** Where the bytes of a part lie in the blob. @throws {RangeError} when there is no part of that number */
export function partSpanOf(plan: PartPlan, number: number): ByteSpan {
  if (!Number.isSafeInteger(number) || number < 1 || number > partCountOf(plan)) {
    throw new RangeError(`There is no part ${number} of ${partCountOf(plan)}.`);
  }
  const start = (number - 1) * plan.partBytes;
  return { start, end: Math.min(start + plan.partBytes, plan.sizeBytes) - 1 };
}

/** A pull reader, so that the sender owns the buffers and nothing is read ahead of a slow client. */
export interface BlobReader {
  /** Size of the whole blob, whatever the span. */
  readonly sizeBytes: number;
  /** Fills the start of `buffer`; resolves with the count, 0 at the end of the span. Calls must not overlap. */
  read(buffer: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** As that, of bytes whose number is not known before their end. */
export type ByteSource = Pick<BlobReader, "read" | "close">;

/** What is full or read-only can be read all the same, so a read that fails says `unavailable`, whatever the reason. */
export type BlobStoreFailure = "full" | "read-only" | "unavailable";

/** The store could not do it. `failure` says which remedy helps. */
export class BlobStoreError extends Error {
  override name = "BlobStoreError";
  readonly failure: BlobStoreFailure;

  constructor(failure: BlobStoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The store has a name, but half of it, or none that it could have been given: it may be anybody's. */
export class UnclearStoreError extends BlobStoreError {
  override name = "UnclearStoreError";

  constructor(message: string, options?: ErrorOptions) {
    super("unavailable", message, options);
  }
}

/** There is no complete blob of that key. */
export class BlobNotFoundError extends Error {
  override name = "BlobNotFoundError";
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(`No blob is stored under ${key}.`, options);
    this.key = key;
  }
}

/** The staged blob was completed, aborted or failed before: it takes no more bytes. */
export class StagedBlobEndedError extends Error {
  override name = "StagedBlobEndedError";
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(`The staged blob ${key} has ended.`, options);
    this.key = key;
  }
}
