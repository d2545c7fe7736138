import { StagedBlobEndedError } from "@consigne/core";
import type { BlobStat, BlobStoreError, StagedBlob } from "@consigne/core";
import { toWriteError } from "./disk-failure.ts";
import type { DiskLayout } from "./disk-layout.ts";
import { DiskStagedFile, type StagedFileContext } from "./disk-staged-file.ts";
import type { FolderSync } from "./folder-sync.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import type { KeyRuns } from "./key-runs.ts";
import type { Pack } from "./pack/pack.ts";

/** What a staged blob needs from its store. */
export interface StagingContext extends StagedFileContext {
  layout: DiskLayout;
  folderSync: FolderSync;
  keys: KeyRuns;
  pack: Pack;
  /** Blobs up to this size go to the pack. */
  packedBytes: number;
  /** @throws {BlobStoreError} if the folder of the store is gone */
  requirePresent(): Promise<void>;
  /**
   * Must be followed by `requirePresent` before anything is kept: the folder may have gone a moment ago.
   * @throws as `requirePresent`
   */
  requireSeen(): Promise<void>;
  /** Called once when the blob is neither open nor staged any more. */
  release(key: string): void;
}

/**
 * In memory as long as it may be small, in a file from then on. If any step fails, what was staged is removed at once;
 * `abort` then has nothing left to do.
 */
export class DiskStagedBlob implements StagedBlob {
  readonly key: string;
  readonly #context: StagingContext;
  readonly #held: GrowingBytes;
  #file: DiskStagedFile | undefined;
  #opening: Promise<DiskStagedFile> | undefined;
  #completing: Promise<BlobStat> | undefined;
  #discarding: Promise<void> | undefined;
  #failure: BlobStoreError | undefined;

  constructor(key: string, context: StagingContext) {
    this.key = key;
    this.#context = context;
    this.#held = new GrowingBytes(context.packedBytes);
  }

  get unwrittenBytes(): number {
    return this.#held.sizeBytes + (this.#file?.unwrittenBytes ?? 0);
  }

  /** Resolves when bytes can be written. @throws {BlobStoreError} */
  async begin(): Promise<void> {
    try {
      if (this.#context.packedBytes === 0) await this.#fileOf();
      else await this.#context.requireSeen();
    } catch (error) {
      await this.#fail(error, this.#context.layout.stagedPath(this.key));
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen();
    if (this.#opening === undefined && this.#held.write(chunk, this.#held.sizeBytes)) return;
    try {
      await (await this.#fileOf()).add(chunk);
    } catch (error) {
      await this.#fail(error, this.#context.layout.stagedPath(this.key));
    }
    this.#assertOpen();
  }

  async complete(): Promise<BlobStat> {
    this.#assertOpen();
    this.#completing = this.#publish();
    return this.#completing;
  }

  /** Never rejects: the sweep finds bytes that cannot be removed now. Waits for a running `complete`. */
  async abort(): Promise<void> {
    if (this.#completing !== undefined) await this.#completing.catch(() => undefined);
    else await this.#discard(this.#context.layout.stagedPath(this.key));
  }

  /** The file, with everything held in memory so far. */
  #fileOf(): Promise<DiskStagedFile> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<DiskStagedFile> {
    const file = await DiskStagedFile.open(this.#context.layout.stagedPath(this.key), this.#context);
    this.#file = file;
    await file.add(this.#held.bytes);
    this.#held.clear();
    return file;
  }

  async #publish(): Promise<BlobStat> {
    const { layout } = this.#context;
    let path = layout.stagedPath(this.key);
    try {
      const packed = await this.#pack();
      if (packed !== undefined) return packed;
      const file = await this.#fileOf();
      await file.finish();
      await layout.publish(layout.staging, this.key);
      path = layout.blobPath(this.key);
      await layout.syncPublished(layout.staging, this.key);
      this.#context.release(this.key);
      return { sizeBytes: file.sizeBytes };
    } catch (error) {
      return await this.#fail(error, path);
    }
  }

  /** Undefined if it should be a file: also if the pack refuses it, for example because it is damaged. */
  async #pack(): Promise<BlobStat | undefined> {
    const { layout, pack, packedBytes, requirePresent } = this.#context;
    if (this.#opening !== undefined || packedBytes === 0) return undefined;
    await requirePresent();
    const { bytes, sizeBytes } = this.#held;
    try {
      await layout.ensurePacks();
      await pack.put(this.key, bytes);
    } catch {
      return undefined;
    }
    this.#held.clear();
    this.#context.release(this.key);
    return { sizeBytes };
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
    if (this.#opening !== undefined) {
      await this.#file?.giveUp();
      await this.#opening.catch(() => undefined);
      await this.#file?.giveUp();
      await this.#context.fileSystem.unlink(path).catch(() => undefined);
    }
    this.#held.clear();
    this.#context.release(this.key);
  }

  #assertOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#completing !== undefined || this.#discarding !== undefined) throw new StagedBlobEndedError(this.key);
  }
}
