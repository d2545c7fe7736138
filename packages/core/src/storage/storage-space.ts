import { DomainError, isDomainError } from "../errors.ts";
import type { BlobStore, StorageRoom } from "../ports/blob-store.ts";
import { changeRefusal, uploadRefusal } from "./storage-refusal.ts";

const MIB = 1024 * 1024;
/** After this many bytes, the store is asked for its free space again. */
const LOOK_AGAIN_BYTES = 4 * MIB;
const LEAST_RESERVE_BYTES = 256 * MIB;
const LEAST_RESERVE_FILES = 64;
/**
 * What a file or folder normally takes at most by itself: row, indexes, audit record, and all of that in the log too.
 */
const ROW_BYTES = 8 * 1024;

/**
 * How much may still be written without touching the reserve. Uploads leave all of it free, so that everything else
 * keeps working; calls that add rows leave half of it, so that files can still be downloaded and removed.
 */
export class StorageSpace {
  readonly #blobs: Pick<BlobStore, "room">;
  readonly #minFreeBytes: number | undefined;
  /** From the last check, minus what was taken since: for uploads, and for rows. */
  #uploadBytes = 0;
  #rowBytes = 0;
  #unseenBytes = 0;
  #looking: Promise<void> | undefined;

  /** `minFreeBytes`: the reserve; undefined: the larger of 256 MiB and 1 %, and 1 % of the inodes. 0: none. */
  constructor(input: { blobs: Pick<BlobStore, "room">; minFreeBytes: number | undefined }) {
    this.#blobs = input.blobs;
    this.#minFreeBytes = input.minFreeBytes;
  }

  /** Takes bytes for an upload. False if the store must be asked first, with `take`. */
  takeKnown(countBytes: number): boolean {
    if (this.#unseenBytes + countBytes > LOOK_AGAIN_BYTES || countBytes > this.#uploadBytes) return false;
    this.#count(countBytes);
    return true;
  }

  /** Asks the store and takes `countBytes`. @throws as `look` */
  async take(countBytes: number): Promise<void> {
    await this.look(countBytes);
    this.#count(countBytes);
  }

  /** @throws {DomainError} `storage-full`, `storage-unavailable` */
  async look(wantedBytes: number): Promise<void> {
    await this.#look(uploadRefusal);
    if (wantedBytes > this.#uploadBytes) {
      throw new DomainError("storage-full", "The server is out of space; nothing of this upload was kept.");
    }
  }

  /** How many of this many bytes did not fit at the last check. */
  lackingFor(wantedBytes: number): number {
    return wantedBytes - this.#uploadBytes;
  }

  /**
   * Call before rows of `count` files or folders are made or changed.
   * @throws {DomainError} `storage-full`, `storage-unavailable`
   */
  async takeRows(count: number): Promise<void> {
    // Without a reserve, the disk may fill up.
    if (this.#minFreeBytes === 0) return;
    const bytes = count * ROW_BYTES;
    if (this.#unseenBytes + bytes > LOOK_AGAIN_BYTES || bytes > this.#rowBytes) await this.#look(changeRefusal);
    if (bytes > this.#rowBytes)
      throw new DomainError("storage-full", "The server has no room left; nothing was changed.");
    this.#count(bytes);
  }

  /** Why an upload would be refused right now; undefined if it would not. */
  async refusal(): Promise<"storage-full" | "storage-unavailable" | undefined> {
    try {
      await this.look(1);
      return undefined;
    } catch (error) {
      if (isDomainError(error, "storage-full")) return "storage-full";
      if (isDomainError(error, "storage-unavailable")) return "storage-unavailable";
      throw error;
    }
  }

  /** The figures for people. @throws {BlobStoreError} */
  async read(): Promise<(StorageRoom & { reserveBytes: number }) | undefined> {
    const room = await this.#blobs.room();
    return room === undefined ? undefined : { ...room, reserveBytes: this.#minFreeBytes ?? reserveOf(room) };
  }

  #count(bytes: number): void {
    this.#unseenBytes += bytes;
    this.#uploadBytes -= bytes;
    this.#rowBytes -= bytes;
  }

  /** Concurrent callers share one check; each translates its failure in its own way. */
  async #look(refusalOf: (error: unknown) => unknown): Promise<void> {
    this.#looking ??= this.#readRoom().finally(() => (this.#looking = undefined));
    try {
      await this.#looking;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  async #readRoom(): Promise<void> {
    const room = await this.#blobs.room();
    const freeBytes = room?.freeBytes ?? Infinity;
    const reserveBytes = room === undefined ? 0 : (this.#minFreeBytes ?? reserveOf(room));
    // Rows take no inodes.
    const isOutOfFiles = this.#minFreeBytes !== 0 && room !== undefined && lacksFiles(room);
    this.#uploadBytes = isOutOfFiles ? 0 : freeBytes - reserveBytes;
    this.#rowBytes = freeBytes - reserveBytes / 2;
    this.#unseenBytes = 0;
  }
}

const reserveOf = ({ totalBytes }: StorageRoom): number => Math.max(LEAST_RESERVE_BYTES, Math.floor(totalBytes / 100));

function lacksFiles({ freeFiles, totalFiles }: StorageRoom): boolean {
  return freeFiles !== undefined && freeFiles <= Math.max(LEAST_RESERVE_FILES, (totalFiles ?? 0) / 100);
}
