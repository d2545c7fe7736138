import { constants } from "node:fs";
import type { BufferPool } from "./buffer-pool.ts";
import type { DiskFile, DiskFileSystem } from "./file-system.ts";
import type { FlushTurn } from "./flush-behind.ts";
import { WriteBehind } from "./write-behind.ts";

const FILE_MODE = 0o600;
// Windows knows no O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;

/** A new file that is written from its beginning to its end. */
export class DiskStagedFile {
  readonly #file: DiskFile;
  readonly #bytes: WriteBehind;
  #isOpen = true;

  private constructor(file: DiskFile, pools: { buffers: BufferPool; flushTurn: FlushTurn }) {
    this.#file = file;
    this.#bytes = new WriteBehind(file, pools);
  }

  static async open(
    path: string,
    ground: { fileSystem: DiskFileSystem; buffers: BufferPool; flushTurn: FlushTurn },
  ): Promise<DiskStagedFile> {
    return new DiskStagedFile(await ground.fileSystem.openFile(path, OPEN_NEW, FILE_MODE), ground);
  }

  get sizeBytes(): number {
    return this.#bytes.sizeBytes;
  }

  /** Taken, and not with the operating system yet. */
  get unwrittenBytes(): number {
    return this.#bytes.unwrittenBytes;
  }

  async add(chunk: Uint8Array): Promise<void> {
    await this.#bytes.add(chunk);
  }

  /** Resolves when all of it is durable and the file is closed. */
  async finish(): Promise<void> {
    await this.#bytes.drain();
    await this.#file.sync();
    await this.close();
  }

  /** Takes nothing more. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
    await this.#bytes.stop();
  }

  /** Never rejects. */
  async giveUp(): Promise<void> {
    await this.#bytes.stop();
    await this.close().catch(() => undefined);
  }
}
