import { constants } from "node:fs";
import type { BufferPool } from "./buffer-pool.ts";
import type { DirectWrites } from "./direct-file.ts";
import type { DiskFileSystem } from "./file-system.ts";
import type { FlushTurn } from "./flush-behind.ts";
import { type WriteBuffers, type WrittenFile, WriteBehind } from "./write-behind.ts";

const FILE_MODE = 0o600;
// Windows does not have O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;

/** What such a file needs from its store. */
export interface StagedFileContext {
  fileSystem: DiskFileSystem;
  buffers: BufferPool;
  flushTurn: FlushTurn;
  direct: DirectWrites;
}

/** A new file that is written from start to end, bypassing the cache where possible. */
export class DiskStagedFile {
  readonly #file: WrittenFile;
  readonly #bytes: WriteBehind;
  readonly #release: () => void;
  #isOpen = true;

  private constructor(file: WrittenFile, pools: { buffers: WriteBuffers; flushTurn: FlushTurn }, release: () => void) {
    this.#file = file;
    this.#bytes = new WriteBehind(file, pools);
    this.#release = release;
  }

  static async open(path: string, { fileSystem, direct, ...pools }: StagedFileContext): Promise<DiskStagedFile> {
    const plain = await fileSystem.openFile(path, OPEN_NEW, FILE_MODE);
    const pair = direct.takeBuffers();
    if (pair === undefined) return new DiskStagedFile(plain, pools, () => undefined);
    const file = direct.over(plain, path);
    return new DiskStagedFile(file, { ...pools, buffers: pair }, () => direct.giveBuffers(pair));
  }

  get sizeBytes(): number {
    return this.#bytes.sizeBytes;
  }

  /** Accepted, but not yet passed to the operating system. */
  get unwrittenBytes(): number {
    return this.#bytes.unwrittenBytes;
  }

  async add(chunk: Uint8Array): Promise<void> {
    await this.#bytes.add(chunk);
  }

  /** Resolves when everything is durable and the file is closed. */
  async finish(): Promise<void> {
    await this.#bytes.drain();
    await this.#file.sync();
    await this.close();
  }

  /** Stops accepting bytes. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await this.#file.close();
    } finally {
      await this.#bytes.stop();
      this.#release();
    }
  }

  /** Never rejects. */
  async giveUp(): Promise<void> {
    await this.#bytes.stop();
    await this.close().catch(() => undefined);
  }
}
