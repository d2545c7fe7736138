/**
 * Where bytes are stored. A blob has an opaque key chosen before its content is known, so no store ever copies or
 * renames objects to identify them. Nothing here names a path, a driver or a protocol.
 */
export interface BlobStore {
  /** Starts a new blob. Its bytes are invisible until `complete`. */
  stage(): Promise<StagedBlob>;
  /** Starts a blob that arrives in parts, in any order and through any process that shares the store. */
  beginParts(plan: PartPlan): Promise<PartedBlob>;
  /**
   * Opens one part, numbered from 1. What the part held before is lost with the first new byte, so nobody else may be
   * writing it, and a part whose `StoredPart` will be completed must not be opened again. Continues after the kept
   * bytes, if any.
   * @throws {BlobNotFoundError} if the transfer was aborted, or is complete
   */
  openPart(blob: PartedBlob, number: number, after?: StoredTail): Promise<StagedPart>;
  /**
   * Reads what `pause` kept of a part. Read it before the part continues, which may overwrite it.
   * @throws {BlobNotFoundError} if the transfer was aborted, or is complete
   */
  openTail(blob: PartedBlob, number: number, tail: StoredTail): Promise<ByteSource>;
  /**
   * Joins all parts into one blob, ordered by number; durable when it resolves. Does nothing for a blob that is already
   * complete.
   * @throws {BlobNotFoundError} if the transfer was aborted
   * @throws {BlobStoreError} if the parts do not match the plan
   */
  completeParts(blob: PartedBlob, parts: readonly StoredPart[]): Promise<BlobStat>;
  /** Discards received parts. A complete blob stays; no error if nothing exists. */
  abortParts(blob: Pick<PartedBlob, "key" | "transfer">): Promise<void>;
  /** Every transfer in parts that is neither complete nor aborted, in no particular order. */
  listParted(): AsyncIterable<ListedTransfer>;
  /**
   * Opens bytes `[start, end]` (inclusive; default: the whole blob) for reading.
   * @throws {BlobNotFoundError} if there is no complete blob with that key
   */
  open(key: string, range?: ByteSpan): Promise<BlobReader>;
  /** Size of a complete blob; undefined if there is none. */
  stat(key: string): Promise<BlobStat | undefined>;
  /** Removes a complete blob. No error if there is none. */
  remove(key: string): Promise<void>;
  /**
   * Every complete blob, in no particular order. Blobs that are added or removed meanwhile may be included or missing.
   */
  list(): AsyncIterable<ListedBlob>;
  /**
   * Discards staged bytes left by a crash: last written before `olderThan`, or after `newerThan` by a wrong clock.
   * Keeps those being written, and uploads in parts. Returns how many were discarded.
   */
  sweepStaged(olderThan: Date, newerThan: Date): Promise<number>;
  /**
   * Free space for new bytes, minus what staged blobs have reserved and not written yet; undefined if there is no known
   * limit.
   * @throws {BlobStoreError}
   */
  room(): Promise<StorageRoom | undefined>;
  /**
   * The store's id; undefined until it was given one.
   * @throws {UnclearStoreError} if it has one that cannot be read
   * @throws {BlobStoreError}
   */
  findId(): Promise<string | undefined>;
  /**
   * Gives this id, durably, to a store without a readable one. Returns the id it has then: of several concurrent claims
   * one is kept.
   * @param mayReplace also replaces an id that cannot be read
   * @throws {BlobStoreError}
   */
  claimId(id: string, options?: { mayReplace?: boolean }): Promise<string>;
  /** Resolves if new bytes could be written right now. @throws {BlobStoreError} saying why not */
  checkWritable(): Promise<void>;
}

export interface StorageRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Undefined where the number of blobs is not limited. */
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
 * A blob being written. Exactly one of `complete` and `abort` ends it; `abort` may be called at any time, even twice.
 * `write` and `complete` throw {@link BlobStoreError} when the store cannot take the bytes and {@link
 * StagedBlobEndedError} after the end.
 */
export interface StagedBlob {
  readonly key: string;
  /** Takes a chunk; its memory may be reused when this resolves. Calls must not overlap. */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the bytes are durable under `key`: a power cut after this loses nothing. */
  complete(): Promise<BlobStat>;
  /** Removes whatever was staged. Does nothing after `complete`. */
  abort(): Promise<void>;
}

/** How a blob is split: every part but the last has `partBytes`. An empty blob has no parts. */
export interface PartPlan {
  readonly sizeBytes: number;
  readonly partBytes: number;
}

/** A transfer in parts. Whoever has this value can continue it, so it is stored where other processes find it. */
export interface PartedBlob extends PartPlan {
  /** Key of the blob once it is complete. */
  readonly key: string;
  /** The store's id for the transfer, such as S3's `UploadId`; opaque. */
  readonly transfer: string;
}

export interface ListedTransfer extends Pick<PartedBlob, "key" | "transfer"> {
  /** When it began or, if the store knows that, when its last bytes arrived. */
  readonly modifiedAt: Date;
}

/** A durable part. */
export interface StoredPart {
  readonly number: number;
  /** What the store needs to know about it at the end, such as S3's `ETag`; opaque. */
  readonly tag: string;
}

/** The beginning of a part that is durable while the rest is still to come. */
export interface StoredTail {
  readonly sizeBytes: number;
  /** How the store finds it again, such as the key of an object beside the transfer; opaque. */
  readonly tag: string;
}

/** A part being written. Ends and fails like a {@link StagedBlob}. */
export interface StagedPart {
  /**
   * Takes a chunk; its memory may be reused when this resolves, or at once if there is no promise. Never throws by
   * itself. Calls must not overlap.
   */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Stops in the middle. Resolves when everything written so far, including what it continued from, is durable. */
  pause(): Promise<StoredTail>;
  /** Resolves when the part is durable. @throws {BlobStoreError} also if its size does not match the plan */
  complete(): Promise<StoredPart>;
  abort(): Promise<void>;
}

/** Number of parts in a plan. */
export const partCountOf = ({ sizeBytes, partBytes }: PartPlan): number => Math.ceil(sizeBytes / partBytes);

/** The span of a part within the blob. @throws {RangeError} if there is no part with that number */
export function partSpanOf(plan: PartPlan, number: number): ByteSpan {
  if (!Number.isSafeInteger(number) || number < 1 || number > partCountOf(plan)) {
    throw new RangeError(`There is no part ${number} of ${partCountOf(plan)}.`);
  }
  const start = (number - 1) * plan.partBytes;
  return { start, end: Math.min(start + plan.partBytes, plan.sizeBytes) - 1 };
}

/** A pull reader, so that the receiver owns the buffers and nothing is read ahead of a slow client. */
export interface BlobReader {
  /** Size of the whole blob, whatever the span. */
  readonly sizeBytes: number;
  /** Fills the start of `buffer`; resolves with the count, 0 at the end of the span. Calls must not overlap. */
  read(buffer: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** Like `BlobReader`, for bytes of unknown length. */
export type ByteSource = Pick<BlobReader, "read" | "close">;

/** A full or read-only store can still be read, so a failed read is always `unavailable`, whatever the reason. */
export type BlobStoreFailure = "full" | "read-only" | "unavailable";

/** The store could not do it. `failure` says what kind of remedy helps. */
export class BlobStoreError extends Error {
  override name = "BlobStoreError";
  readonly failure: BlobStoreFailure;

  constructor(failure: BlobStoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The store's id is incomplete, or not one that it could have been given: it may belong to another server. */
export class UnclearStoreError extends BlobStoreError {
  override name = "UnclearStoreError";

  constructor(message: string, options?: ErrorOptions) {
    super("unavailable", message, options);
  }
}

/** There is no complete blob with that key. */
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
