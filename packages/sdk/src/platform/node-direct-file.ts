import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { systemCode } from "@consigne/contract/system-reasons";
import { ALIGNED_BYTES, blockMemory } from "./block-memory.ts";

/**
 * Writes bytes past the system's cache, if the file system supports that: finding a page of the cache for every 4 KiB
 * of a large file takes more processor time than fetching and verifying it.
 */
export class DirectFile {
  readonly #path: string;
  readonly #file: Pick<OpenFile, "stat">;
  readonly #openFile: typeof openPastCache;
  #opening: Promise<OpenFile | undefined> | undefined;
  #isRefused = false;

  /** @param file the same file, opened as usual */
  constructor(path: string, file: Pick<OpenFile, "stat">, openFile = openPastCache) {
    this.#path = path;
    this.#file = file;
    this.#openFile = openFile;
  }

  /**
   * How many bytes from the beginning were written that way: none if memory, position or file system do not allow it.
   */
  async write(bytes: Uint8Array, position: number): Promise<number> {
    const fits = bytes.subarray(0, bytes.byteLength - (bytes.byteLength % ALIGNED_BYTES));
    const isAligned = position % ALIGNED_BYTES === 0 && blockMemory.isAligned(fits);
    if (this.#isRefused || !isAligned || fits.byteLength === 0) return 0;
    this.#opening ??= this.#open();
    const direct = await this.#opening;
    if (direct === undefined) return 0;
    let at = 0;
    try {
      while (at < fits.byteLength) {
        const { bytesWritten } = await direct.write(fits, at, fits.byteLength - at, position + at);
        at += bytesWritten;
      }
    } catch (error) {
      // The answer of a file system that allowed opening it, and of one that got a part which does not end at a block.
      if (systemCode(error) !== "EINVAL") throw error;
      this.#isRefused = true;
    }
    return at;
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  /** Undefined if it cannot be opened that way, or its name leads to another file by now. */
  async #open(): Promise<OpenFile | undefined> {
    if (process.platform !== "linux") return undefined;
    const direct = await this.#openFile(this.#path).catch(() => undefined);
    if (direct === undefined) return undefined;
    const [its, ours] = await Promise.all([direct.stat({ bigint: true }), this.#file.stat({ bigint: true })]);
    if (its.ino === ours.ino && its.dev === ours.dev) return direct;
    await direct.close();
    return undefined;
  }
}

/** The methods of an open file that are used here. */
interface OpenFile {
  stat(options: { bigint: true }): Promise<{ ino: bigint; dev: bigint }>;
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  close(): Promise<void>;
}

function openPastCache(path: string): Promise<OpenFile> {
  const { O_DIRECT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  return open(path, O_WRONLY | O_DIRECT | O_NOFOLLOW | O_NONBLOCK);
}
