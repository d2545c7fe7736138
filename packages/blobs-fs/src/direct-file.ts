import { constants } from "node:fs";
import { errnoOf } from "@consigne/core";
import type { DiskFile, DiskStat } from "./file-system.ts";

/** What a disk writes at once, or more. */
export const BLOCK_BYTES = 4096;
/** Undefined where there is no such thing. */
const { O_DIRECT } = constants as { O_DIRECT?: number };

interface Ways {
  /** Opens the same file once more, with this flag. */
  open(flag: number): Promise<DiskFile>;
  /** Called when the file system takes no direct writes. */
  onRefused(): void;
}

/**
 * A file whose whole blocks go from memory to the disk, past the cache of the operating system: to fill that costs more
 * processor time than the write itself, and nobody reads what just came. What is no whole block, and everything on a file
 * system that refuses, goes through the cache. Durable after `datasync`, as ever.
 */
export class DirectFile implements DiskFile {
  readonly #plain: DiskFile;
  readonly #direct: DiskFile;
  readonly #onRefused: () => void;
  #isRefused = false;

  private constructor(plain: DiskFile, direct: DiskFile, onRefused: () => void) {
    this.#plain = plain;
    this.#direct = direct;
    this.#onRefused = onRefused;
  }

  /** The plain file itself where the file system, or this machine, has nothing else. */
  static async over(plain: DiskFile, { open, onRefused }: Ways): Promise<DiskFile> {
    if (O_DIRECT === undefined) return plain;
    try {
      return new DirectFile(plain, await open(O_DIRECT), onRefused);
    } catch (error) {
      if (isRefusal(error)) onRefused();
      return plain;
    }
  }

  /** May write less than `length`, as any write may. */
  async write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    const wholeBytes = length - (length % BLOCK_BYTES);
    const isAligned = position % BLOCK_BYTES === 0 && (buffer.byteOffset + offset) % BLOCK_BYTES === 0;
    if (this.#isRefused || wholeBytes === 0 || !isAligned) return this.#plain.write(buffer, offset, length, position);
    try {
      return await this.#direct.write(buffer, offset, wholeBytes, position);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#isRefused = true;
      this.#onRefused();
      return this.#plain.write(buffer, offset, length, position);
    }
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    return this.#plain.read(buffer, offset, length, position);
  }

  sync(): Promise<void> {
    return this.#plain.sync();
  }

  /** Of everything that was written to the file, by either way. */
  datasync(): Promise<void> {
    return this.#plain.datasync();
  }

  stat(): Promise<DiskStat> {
    return this.#plain.stat();
  }

  async close(): Promise<void> {
    const [direct, plain] = await Promise.allSettled([this.#direct.close(), this.#plain.close()]);
    for (const closed of [direct, plain]) if (closed.status === "rejected") throw closed.reason;
  }
}

/** EINVAL: not so, or not with blocks of this size. The others: not at all. */
const isRefusal = (error: unknown): boolean => ["EINVAL", "ENOTSUP", "EOPNOTSUPP"].includes(errnoOf(error) ?? "");
