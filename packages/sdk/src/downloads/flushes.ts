import type { UpdatedFile } from "../platform/local-files.ts";

const FLUSH_BYTES = 64 * 1024 * 1024;

/** Flushes a file while it is being written, so that little is left to flush at the end. */
export class Flushes {
  #unflushedBytes = 0;
  #running: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  /** @throws the error of a flush: an operating system reports it once, so the last one may well succeed */
  written(file: UpdatedFile, sizeBytes: number): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#unflushedBytes += sizeBytes;
    if (this.#unflushedBytes < FLUSH_BYTES || this.#running !== undefined) return;
    this.#unflushedBytes = 0;
    this.#running = file
      .sync()
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when everything that was written is on the disk. */
  async finish(file: UpdatedFile): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
    await file.sync();
  }

  /** Resolves when no flush is in progress. */
  async settle(): Promise<void> {
    await this.#running;
  }
}
