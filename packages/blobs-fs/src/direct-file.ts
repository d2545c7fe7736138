import { constants } from "node:fs";
import { errnoOf } from "@consigne/core";
import type { DiskFile, DiskFileSystem, DiskStat } from "./file-system.ts";
import { type BufferPair, PAGE_BUFFER_BYTES, PageBuffers } from "./page-buffers.ts";
import type { WrittenFile } from "./write-behind.ts";

/** Block size of disks, or a multiple of it. */
export const BLOCK_BYTES = 4096;
/** Undefined where it does not exist. */
const { O_DIRECT } = constants as { O_DIRECT?: number };
// Windows does not have O_NOFOLLOW.
const OPEN_AGAIN = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

interface Ways {
  /** Opens the same file again, with this flag. */
  open(flag: number): Promise<DiskFile>;
  /** Called if the file system does not support direct writes. */
  onRefused(): void;
}

/**
 * A file whose whole blocks go straight from memory to the disk, bypassing the operating system's cache: filling the
 * cache costs more CPU time than the write itself, and nobody reads what has just arrived. Partial blocks, small files,
 * and everything on a file system without direct writes go through the cache. Durable after `datasync`, as usual.
 */
class DirectFile implements WrittenFile {
  readonly #plain: DiskFile;
  readonly #ways: Ways;
  #opening: Promise<DiskFile | undefined> | undefined;
  #direct: DiskFile | undefined;

  constructor(plain: DiskFile, ways: Ways) {
    this.#plain = plain;
    this.#ways = ways;
  }

  get isPastCache(): boolean {
    return this.#direct !== undefined;
  }

  /** May write less than `length`, like any write. Calls never overlap. */
  async write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    const wholeBytes = length - (length % BLOCK_BYTES);
    const isAligned = position % BLOCK_BYTES === 0 && (buffer.byteOffset + offset) % BLOCK_BYTES === 0;
    if (isAligned && length >= PAGE_BUFFER_BYTES) this.#direct = await (this.#opening ??= this.#open());
    if (this.#direct === undefined || wholeBytes === 0 || !isAligned)
      return this.#plain.write(buffer, offset, length, position);
    try {
      return await this.#direct.write(buffer, offset, wholeBytes, position);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#refuse();
      return this.#plain.write(buffer, offset, length, position);
    }
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    return this.#plain.read(buffer, offset, length, position);
  }

  sync(): Promise<void> {
    return this.#plain.sync();
  }

  /** Covers everything that was written to the file, either way. */
  datasync(): Promise<void> {
    return this.#plain.datasync();
  }

  stat(): Promise<DiskStat> {
    return this.#plain.stat();
  }

  async close(): Promise<void> {
    const [direct, plain] = await Promise.allSettled([this.#closeDirect(), this.#plain.close()]);
    for (const closed of [direct, plain]) if (closed.status === "rejected") throw closed.reason;
  }

  async #open(): Promise<DiskFile | undefined> {
    if (O_DIRECT === undefined) return undefined;
    try {
      return await this.#ways.open(O_DIRECT);
    } catch (error) {
      // Whatever the error, the file that is already open takes the bytes, or reports the problem.
      if (isRefusal(error)) this.#ways.onRefused();
      return undefined;
    }
  }

  async #refuse(): Promise<void> {
    this.#ways.onRefused();
    await this.#closeDirect().catch(() => undefined);
    this.#opening = Promise.resolve(undefined);
    this.#direct = undefined;
  }

  async #closeDirect(): Promise<void> {
    await (await this.#opening)?.close();
  }
}

/** EINVAL: not this way, or not with this block size. The others: not at all. */
const isRefusal = (error: unknown): boolean => ["EINVAL", "ENOTSUP", "EOPNOTSUPP"].includes(errnoOf(error) ?? "");

/**
 * Direct writes for one kind of file, for as many files at a time as there is memory. A file system that does not
 * support them is asked once.
 */
export class DirectWrites {
  readonly #fileSystem: DiskFileSystem;
  readonly #buffers = new PageBuffers();
  #isRefused = O_DIRECT === undefined;

  constructor(fileSystem: DiskFileSystem) {
    this.#fileSystem = fileSystem;
  }

  /** Undefined: use the cache instead. */
  takeBuffers(): BufferPair | undefined {
    return this.#isRefused ? undefined : this.#buffers.take();
  }

  /** Takes the pair with both buffers in it and no write running. */
  giveBuffers(pair: BufferPair): void {
    this.#buffers.give(pair);
  }

  /** @param plain the same file, which is closed with it */
  over(plain: DiskFile, path: string): WrittenFile {
    return new DirectFile(plain, {
      open: (flag) => this.#fileSystem.openFile(path, OPEN_AGAIN | flag),
      onRefused: () => (this.#isRefused = true),
    });
  }
}
