import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { stampOf } from "./file-stamp.ts";

/** If it took longer, it had to wait: for a disk, or for another machine. */
const PROMPT_MS = 0.5;
/** After a slow one, this many are left to the system's threads, and twice as many after each further one. */
const FIRST_ASIDE = 2;
const MOST_ASIDE = 64;
/** The longest time that immediate calls may block the event loop. */
const TURN_MS = 5;

// A pipe that replaced a file must not block. Windows does not have this flag.
const OPEN_TO_READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Examines files and reads small ones. What the system has in memory takes a few microseconds, a tenth of the time for
 * asking another thread; so as long as calls are that fast, they are made synchronously, and otherwise asynchronously.
 */
class PromptFiles {
  #asideLeft = 0;
  #nextAside = FIRST_ASIDE;
  #turnBeganAtMs: number | undefined;

  /** @throws what `lstat`, or `stat` with `followsLinks`, throws */
  async look(path: string, { followsLinks }: { followsLinks: boolean }): Promise<BigIntStats> {
    const options = { bigint: true, throwIfNoEntry: false } as const;
    const found = await this.#atOnce(() => (followsLinks ? statSync(path, options) : lstatSync(path, options)));
    // The other call reports the error.
    return found ?? (followsLinks ? stat : lstat)(path, { bigint: true });
  }

  /**
   * All bytes of a file with this stamp; undefined if it has another stamp, is unreadable, or is better read otherwise.
   * @param memory a buffer for it, at least as large
   */
  async read(
    path: string,
    { sizeBytes, stamp }: { sizeBytes: number; stamp: string },
    memory = new Uint8Array(sizeBytes),
  ): Promise<Uint8Array | undefined> {
    return this.#atOnce(() => {
      const file = openSync(path, OPEN_TO_READ);
      try {
        if (stampOf(fstatSync(file, { bigint: true })) !== stamp) return undefined;
        const bytes = readExactly(file, memory.subarray(0, sizeBytes));
        return stampOf(fstatSync(file, { bigint: true })) === stamp ? bytes : undefined;
      } finally {
        closeSync(file);
      }
    });
  }

  /** Undefined if synchronous calls are not advisable now, or the call fails. */
  async #atOnce<Result>(work: () => Result): Promise<Result | undefined> {
    if (this.#asideLeft > 0) {
      this.#asideLeft -= 1;
      return undefined;
    }
    const beganAtMs = performance.now();
    if (this.#turnBeganAtMs === undefined) {
      this.#turnBeganAtMs = beganAtMs;
      setImmediate(() => (this.#turnBeganAtMs = undefined));
    } else if (beganAtMs - this.#turnBeganAtMs > TURN_MS) {
      await nextTurn();
      return this.#atOnce(work);
    }
    try {
      return work();
    } catch {
      return undefined;
    } finally {
      this.#note(performance.now() - beganAtMs > PROMPT_MS);
    }
  }

  /** A single slow call may just have waited for its turn on a busy machine. */
  #note(wasSlow: boolean): void {
    if (wasSlow) this.#asideLeft = this.#nextAside;
    this.#nextAside = wasSlow ? Math.min(MOST_ASIDE, 2 * this.#nextAside) : FIRST_ASIDE;
  }
}

function readExactly(file: number, bytes: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at < bytes.byteLength;) {
    const readBytes = readSync(file, bytes, at, bytes.byteLength - at, at);
    if (readBytes === 0) return undefined;
    at += readBytes;
  }
  return bytes;
}

/** A single one, like the event loop. */
export const promptFiles = new PromptFiles();
