import type { DiskFile } from "./file-system.ts";

const FLUSH_BYTES = 8 * 1024 * 1024;

/** One flush at a time in the whole store: each occupies one of the few threads for all file access. */
export class FlushTurn {
  isTaken = false;
}

/**
 * Flushes a file after every 8 MiB while it is being written, so that little is left at the end. This does not make
 * anything durable: the whole file is flushed at its end.
 */
export class FlushBehind {
  readonly #file: DiskFile;
  readonly #turn: FlushTurn;
  #unflushedBytes = 0;
  #flush: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(file: DiskFile, turn: FlushTurn) {
    this.#file = file;
    this.#turn = turn;
  }

  /** @throws the failure of a flush: an operating system reports it once, so the one at the end may well succeed */
  written(sizeBytes: number): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#unflushedBytes += sizeBytes;
    if (this.#unflushedBytes < FLUSH_BYTES || this.#turn.isTaken) return;
    this.#unflushedBytes = 0;
    this.#turn.isTaken = true;
    this.#flush = this.#run();
  }

  /** Resolves when no flush is running. @throws as `written` */
  async settle(): Promise<void> {
    await this.#flush;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#turn.isTaken = false;
    }
  }
}
