import { BlobStoreError } from "@consigne/core";
import type { BlobReader, ByteSpan } from "@consigne/core";
import { toReadError } from "./disk-failure.ts";
import type { DiskFile } from "./file-system.ts";

export class DiskBlobReader implements BlobReader {
  readonly sizeBytes: number;
  readonly #file: DiskFile;
  readonly #onClosed: (reader: DiskBlobReader) => void;
  #positionBytes: number;
  readonly #endBytes: number;
  #closing: Promise<void> | undefined;

  constructor(file: DiskFile, sizeBytes: number, span: ByteSpan, onClosed: (reader: DiskBlobReader) => void) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
    this.#positionBytes = span.start;
    this.#endBytes = span.end + 1;
    this.#onClosed = onClosed;
  }

  async read(buffer: Uint8Array): Promise<number> {
    if (this.#closing !== undefined) throw new BlobStoreError("unavailable", "The reader is closed.");
    const wanted = Math.min(buffer.byteLength, this.#endBytes - this.#positionBytes);
    let filled = 0;
    while (filled < wanted) {
      const bytesRead = await this.#readOnce(buffer, filled, wanted - filled);
      if (bytesRead === 0) throw new BlobStoreError("unavailable", "A stored blob is shorter than it was.");
      filled += bytesRead;
      this.#positionBytes += bytesRead;
    }
    return filled;
  }

  close(): Promise<void> {
    this.#closing ??= this.#file.close().finally(() => this.#onClosed(this));
    return this.#closing;
  }

  async #readOnce(buffer: Uint8Array, offset: number, length: number): Promise<number> {
    try {
      return (await this.#file.read(buffer, offset, length, this.#positionBytes)).bytesRead;
    } catch (error) {
      throw toReadError(error);
    }
  }
}
