import type { BlobStore } from "./blob-store.ts";

/** A place for copies of another store's blobs, each under the key that it has there. It is a store as well. */
export interface BlobCopies {
  readonly store: BlobStore;
  /** Opens a place for the copy of one blob; what is there under the key stays until `complete`. @throws {BlobStoreError} */
  begin(key: string): Promise<BlobCopy>;
  /** Makes what was completed durable: one flush for many. @throws {BlobStoreError} */
  settle(): Promise<void>;
}

/** Exactly one of `complete` and `abort` ends it. */
export interface BlobCopy {
  /** Takes bytes of any place of the blob; calls may overlap. @throws {BlobStoreError} */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Durable after `settle`, which also tells what failed by then. @throws {BlobStoreError} nothing is kept then */
  complete(): Promise<void>;
  /** Never rejects. */
  abort(): Promise<void>;
}
