import type { UpdatedFile } from "../platform/local-files.ts";

const GATHERED_BYTES = 512 * 1024;
/** Not worth a copy. */
const LARGE_BYTES = 256 * 1024;

/** Writes the chunks of one connection in large pieces; reports which bytes are in the file. */
export class PieceWriter {
  readonly #file: UpdatedFile;
  readonly #onWritten: (start: number, end: number) => Promise<void>;
  readonly #buffer = new Uint8Array(GATHERED_BYTES);
  #position = 0;
  #heldBytes = 0;

  constructor(file: UpdatedFile, onWritten: (start: number, end: number) => Promise<void>) {
    this.#file = file;
    this.#onWritten = onWritten;
  }

  begin(position: number): void {
    this.#position = position;
    this.#heldBytes = 0;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.byteLength >= LARGE_BYTES) {
      await this.flush();
      return this.#store(chunk);
    }
    for (let at = 0; at < chunk.byteLength;) {
      const takenBytes = Math.min(chunk.byteLength - at, this.#buffer.byteLength - this.#heldBytes);
      this.#buffer.set(chunk.subarray(at, at + takenBytes), this.#heldBytes);
      this.#heldBytes += takenBytes;
      at += takenBytes;
      if (this.#heldBytes === this.#buffer.byteLength) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#heldBytes === 0) return;
    const bytes = this.#buffer.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    await this.#store(bytes);
  }

  async #store(bytes: Uint8Array): Promise<void> {
    const start = this.#position;
    await this.#file.write(bytes, start);
    this.#position += bytes.byteLength;
    await this.#onWritten(start, this.#position);
  }
}
