import { StagedBlobEndedError } from "@consigne/core";
import type { BlobStat, BlobStoreError, StagedBlob } from "@consigne/core";
import type { BufferPool } from "./buffer-pool.ts";
import { toWriteError } from "./disk-failure.ts";
import type { DiskLayout } from "./disk-layout.ts";
import type { DiskFile, DiskFileSystem } from "./file-system.ts";
import type { FlushTurn } from "./flush-behind.ts";
import type { FolderSync } from "./folder-sync.ts";
import type { KeyRuns } from "./key-runs.ts";
import { WriteBehind } from "./write-behind.ts";

/** What a staged blob needs of its store. */
export interface StagingGround {
  fileSystem: DiskFileSystem;
  layout: DiskLayout;
  folderSync: FolderSync;
  buffers: BufferPool;
  flushTurn: FlushTurn;
  keys: KeyRuns;
  /** Called once when the blob is neither open nor staged any more. */
  release(key: string): void;
}

/** A failure of any step removes what was staged at once; `abort` then has nothing left to do. */
export class DiskStagedBlob implements StagedBlob {
  readonly key: string;
  readonly #ground: StagingGround;
  readonly #file: DiskFile;
  readonly #bytes: WriteBehind;
  #isFileOpen = true;
  #completing: Promise<BlobStat> | undefined;
  #discarding: Promise<void> | undefined;
  #failure: BlobStoreError | undefined;

  constructor(key: string, file: DiskFile, ground: StagingGround) {
    this.key = key;
    this.#ground = ground;
    this.#file = file;
    this.#bytes = new WriteBehind(file, ground);
  }

  get unwrittenBytes(): number {
    return this.#bytes.unwrittenBytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen();
    try {
      await this.#bytes.add(chunk);
    } catch (error) {
      await this.#fail(error, this.#ground.layout.stagedPath(this.key));
    }
    this.#assertOpen();
  }

  async complete(): Promise<BlobStat> {
    this.#assertOpen();
    this.#completing = this.#publish();
    return this.#completing;
  }

  /** Never rejects: bytes that cannot be removed now are left for the sweep. Waits for a `complete` under way. */
  async abort(): Promise<void> {
    if (this.#completing !== undefined) await this.#completing.catch(() => undefined);
    else await this.#discard(this.#ground.layout.stagedPath(this.key));
  }

  async #publish(): Promise<BlobStat> {
    const { layout } = this.#ground;
    let path = layout.stagedPath(this.key);
    try {
      await this.#bytes.drain();
      await this.#file.sync();
      await this.#closeFile();
      await layout.publish(layout.staging, this.key);
      path = layout.blobPath(this.key);
      await layout.syncPublished(layout.staging, this.key);
    } catch (error) {
      return await this.#fail(error, path);
    }
    this.#ground.release(this.key);
    return { sizeBytes: this.#bytes.sizeBytes };
  }

  async #fail(error: unknown, path: string): Promise<never> {
    this.#failure = toWriteError(error);
    await this.#discard(path);
    throw this.#failure;
  }

  #discard(path: string): Promise<void> {
    this.#discarding ??= this.#removeEverything(path);
    return this.#discarding;
  }

  async #removeEverything(path: string): Promise<void> {
    await this.#bytes.stop();
    await this.#closeFile().catch(() => undefined);
    await this.#ground.fileSystem.unlink(path).catch(() => undefined);
    this.#ground.release(this.key);
  }

  async #closeFile(): Promise<void> {
    if (!this.#isFileOpen) return;
    this.#isFileOpen = false;
    await this.#file.close();
    await this.#bytes.stop();
  }

  #assertOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#completing !== undefined || this.#discarding !== undefined) throw new StagedBlobEndedError(this.key);
  }
}
