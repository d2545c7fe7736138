import { BlobStoreError } from "@consigne/core";
import type { BlobReader, ByteSpan } from "@consigne/core";

/** Reads bytes that are in memory, so they are complete even if the blob is removed meanwhile. */
export class PackedBlobReader implements BlobReader {
  readonly sizeBytes: number;
  readonly #onClosed: () => void;
  #rest: Uint8Array | undefined;

  constructor(bytes: Uint8Array, { start, end }: ByteSpan, onClosed: () => void) {
    this.sizeBytes = bytes.byteLength;
    this.#onClosed = onClosed;
    this.#rest = bytes.subarray(start, end + 1);
  }

  async read(buffer: Uint8Array): Promise<number> {
    if (this.#rest === undefined) throw new BlobStoreError("unavailable", "The reader is closed.");
    const taken = this.#rest.subarray(0, buffer.byteLength);
    buffer.set(taken);
    this.#rest = this.#rest.subarray(taken.byteLength);
    return taken.byteLength;
  }

  async close(): Promise<void> {
    this.#rest = undefined;
    this.#onClosed();
  }
}
