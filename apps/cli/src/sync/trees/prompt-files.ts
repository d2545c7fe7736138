import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { stampOf } from "./file-stamp.ts";

/** What took longer was waited for: a disk, or another machine. */
const PROMPT_MS = 0.5;
/** After one that was waited for so few are asked of the system's threads, and twice as many after each more. */
const FIRST_ASIDE = 2;
const MOST_ASIDE = 64;
/** For so long the event loop waits for what is done at once. */
const TURN_MS = 5;

// A pipe that took the place of a file must not be waited for. Windows knows no such flag.
const OPEN_TO_READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Looks at files and reads small ones. What the system has in memory is there in some microseconds, a tenth of what it
 * takes to ask another thread for it; so as long as that is so, it is done at once, and otherwise beside the event loop.
 */
class PromptFiles {
  #asideLeft = 0;
  #nextAside = FIRST_ASIDE;
  #turnBeganAtMs: number | undefined;

  /** @throws what `lstat`, or `stat` with `followsLinks`, throws */
  async look(path: string, { followsLinks }: { followsLinks: boolean }): Promise<BigIntStats> {
    const options = { bigint: true, throwIfNoEntry: false } as const;
    const found = await this.#atOnce(() => (followsLinks ? statSync(path, options) : lstatSync(path, options)));
    // What could not be looked at is told by the other way.
    return found ?? (followsLinks ? stat : lstat)(path, { bigint: true });
  }

  /**
   * All of a file as it had this stamp; undefined where it has another one, cannot be read, or is better read otherwise.
   * @param memory for it, at least as large
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

  /** Undefined where it is not the time for it, or it fails. */
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

  /** One alone may have waited for its turn on a busy machine. */
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

/** One, as the event loop is. */
export const promptFiles = new PromptFiles();
