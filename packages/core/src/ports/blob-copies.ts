import type { BlobStore } from "./blob-store.ts";

/** A store for copies of another store's blobs, under the same keys. It is a blob store as well. */
export interface BlobCopies {
  readonly store: BlobStore;
  /** Starts the copy of one blob; an existing blob under the key stays until `complete`. @throws {BlobStoreError} */
  begin(key: string): Promise<BlobCopy>;
  /** Makes completed copies durable: one flush for many. @throws {BlobStoreError} */
  settle(): Promise<void>;
}

/** Exactly one of `complete` and `abort` ends it. */
export interface BlobCopy {
  /** Takes bytes for any position in the blob; calls may overlap. @throws {BlobStoreError} */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Durable after `settle`, which also reports failures so far. @throws {BlobStoreError} nothing is kept then */
  complete(): Promise<void>;
  /** Never rejects. */
  abort(): Promise<void>;
}
