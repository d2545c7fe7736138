import type { DiskFile } from "./file-system.ts";

const FLUSH_BYTES = 8 * 1024 * 1024;

/** One in the whole store at a time: each holds one of the few threads that all reading and writing of files is done by. */
export class FlushTurn {
  isTaken = false;
}

/**
 * Flushes a file while it is being written, behind every 8 MiB: at the end there is little left to wait for. Nothing is
 * durable by it, for that the whole file is flushed at its end.
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

  /** @throws what a flush has failed with: an operating system tells it once, so the one at the end may well succeed */
  written(sizeBytes: number): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#unflushedBytes += sizeBytes;
    if (this.#unflushedBytes < FLUSH_BYTES || this.#turn.isTaken) return;
    this.#unflushedBytes = 0;
    this.#turn.isTaken = true;
    this.#flush = this.#run();
  }

  /** Resolves when no flush is under way. @throws as `written` */
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
