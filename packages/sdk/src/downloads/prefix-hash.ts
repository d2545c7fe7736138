import { type Deferred, deferred } from "../deferred.ts";
import type { HasherFactory, RunningHash } from "../hashing/hasher.ts";
import type { UpdatedFile } from "../platform/local-files.ts";

const MIB = 1024 * 1024;
const READ_BYTES = MIB / 2;
/**
 * If the download is further ahead of the checksum than this, it takes processor time from what finishes last anyway.
 */
const MOST_AHEAD_BYTES = 64 * MIB;

/**
 * The Whirlpool of a file while it is being written out of order: follows the end of its gapless beginning and reads
 * the bytes back, so that what is checked is what is in the file. Little is left to do when the last byte arrives.
 */
export class PrefixHash {
  readonly #file: UpdatedFile;
  readonly #hash: RunningHash;
  readonly #buffer: Uint8Array;
  #position = 0;
  #frontier = 0;
  #work: Promise<void> = Promise.resolve();
  #isWorking = false;
  /** For those who are too far ahead. */
  #caughtUp: Deferred<void> | undefined;
  readonly #signal: AbortSignal;

  constructor(file: UpdatedFile, hasher: HasherFactory, of: { sizeBytes: number; signal: AbortSignal }) {
    this.#file = file;
    this.#signal = of.signal;
    this.#hash = hasher.start();
    this.#buffer = new Uint8Array(Math.max(1, Math.min(READ_BYTES, of.sizeBytes)));
  }

  /** Everything before `frontier` is in the file. */
  advance(frontier: number): void {
    this.#frontier = Math.max(this.#frontier, frontier);
    // Small steps would be many small reads.
    if (this.#isWorking || this.#frontier - this.#position < this.#buffer.byteLength) return;
    this.#start();
  }

  /**
   * Resolves when the checksum is not far behind. It depends on the gapless beginning only, never on a slow connection,
   * so that connections can wait for it.
   */
  async keepUp(): Promise<void> {
    if (!this.#isWorking || this.#frontier - this.#position <= MOST_AHEAD_BYTES) return;
    this.#caughtUp ??= deferred();
    await this.#caughtUp.promise;
  }

  /** The digest, when everything has arrived. Rejects with the reason of the signal. */
  async digest(): Promise<string> {
    await this.#work;
    this.#start();
    await this.#work;
    this.#signal.throwIfAborted();
    return this.#hash.digest();
  }

  /** Resolves when the file is no longer read. */
  async stop(): Promise<void> {
    this.#frontier = this.#position;
    await this.#work.catch(() => undefined);
    this.#hash.abort();
  }

  #start(): void {
    this.#isWorking = true;
    this.#work = this.#work
      .then(() => this.#follow())
      .finally(() => {
        this.#isWorking = false;
        this.#release();
      });
    // Reported by `digest`; a failing disk must not end the process before.
    this.#work.catch(() => undefined);
  }

  async #follow(): Promise<void> {
    while (this.#position < this.#frontier && !this.#signal.aborted) {
      const wanted = this.#buffer.subarray(0, this.#frontier - this.#position);
      const readBytes = await this.#file.read(wanted, this.#position);
      if (readBytes === 0) throw new Error("The file is shorter than what was written to it.");
      await this.#hash.update(wanted.subarray(0, readBytes));
      this.#position += readBytes;
      if (this.#frontier - this.#position <= MOST_AHEAD_BYTES / 2) this.#release();
    }
  }

  #release(): void {
    this.#caughtUp?.resolve();
    this.#caughtUp = undefined;
  }
}
