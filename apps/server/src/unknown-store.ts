import { type BlobStore, BlobStoreError, DatabaseError, matchStore, type Ports } from "@consigne/core";
import type { DataFolder } from "./data-folder.ts";
import type { ReadingMode } from "./open-sqlite.ts";

/** For everybody: contains no path. */
const PUBLIC_REASON =
  "The server is read-only: the file store.json, which says which database its bytes belong to, cannot be read. The log says what to do.";

/**
 * Keeps rows and bytes unchanged while it is unknown whether they belong together: otherwise bytes that belong to other
 * rows would be removed as leftovers, and files marked as damaged whose bytes are elsewhere.
 */
export class UnknownStore {
  readonly #reason: string;
  #isHeld = false;

  constructor({ blobsDirectory, databaseFile }: DataFolder) {
    this.#reason =
      `The file store.json in ${blobsDirectory}, or another file beside it, cannot be read, so nothing shows whether these bytes are those of ` +
      `${databaseFile}. Nothing is changed or removed. Correct the owner and mode of the file, repair its disk, or restore it from a backup of the bytes. ` +
      "If it is gone for good and the folder is the right one, `consigne-server fsck --accept-bytes` writes a new one.";
  }

  /** Called for every write of a row. */
  refusal(): DatabaseError | undefined {
    return this.#isHeld ? new DatabaseError("read-only", this.#reason) : undefined;
  }

  /** From now on nothing is written, until the store turns out to be the right one. */
  hold(ports: Pick<Ports, "database" | "blobs">, reading: ReadingMode | undefined): ReadingMode {
    this.#isHeld = true;
    return {
      reason: this.#reason,
      publicReason: PUBLIC_REASON,
      tryWriting: async () => {
        if ((await matchStore(ports)) !== "own") return false;
        if (reading !== undefined && !(await reading.tryWriting())) return false;
        this.#isHeld = false;
        // Again, because the store's id can only be written now.
        await matchStore(ports);
        return true;
      },
    };
  }

  /** The store, but read-only meanwhile. */
  guarding(blobs: BlobStore): BlobStore {
    const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
      if (this.#isHeld) throw new BlobStoreError("read-only", this.#reason);
      return work();
    };
    return {
      stage: () => guarded(() => blobs.stage()),
      beginParts: (plan) => guarded(() => blobs.beginParts(plan)),
      openPart: (blob, number, after) => guarded(() => blobs.openPart(blob, number, after)),
      openTail: (blob, number, tail) => blobs.openTail(blob, number, tail),
      completeParts: (blob, parts) => guarded(() => blobs.completeParts(blob, parts)),
      abortParts: (blob) => guarded(() => blobs.abortParts(blob)),
      listParted: () => blobs.listParted(),
      open: (key, range) => blobs.open(key, range),
      stat: (key) => blobs.stat(key),
      remove: (key) => guarded(() => blobs.remove(key)),
      list: () => blobs.list(),
      sweepStaged: (olderThan, newerThan) => guarded(() => blobs.sweepStaged(olderThan, newerThan)),
      room: () => blobs.room(),
      findId: () => blobs.findId(),
      claimId: (id, options) => guarded(() => blobs.claimId(id, options)),
      checkWritable: () => guarded(() => blobs.checkWritable()),
    };
  }
}
