import { constants } from "node:fs";
import { join } from "node:path";
import { BlobNotFoundError, BlobStoreError, errnoOf, newBlobKey } from "@consigne/core";
import type {
  BlobReader,
  BlobStat,
  BlobStore,
  ByteSource,
  ByteSpan,
  ListedBlob,
  ListedTransfer,
  PartedBlob,
  PartPlan,
  StagedBlob,
  StagedPart,
  StorageRoom,
  StoredPart,
  StoredTail,
} from "@consigne/core";
import { BufferPool } from "./buffer-pool.ts";
import { DiskBlobReader } from "./disk-blob-reader.ts";
import { toReadError, toWriteError } from "./disk-failure.ts";
import { DiskLayout, isBlobKey } from "./disk-layout.ts";
import { DiskParts } from "./disk-parts.ts";
import { DiskStagedBlob } from "./disk-staged-blob.ts";
import type { StagingGround } from "./disk-staged-blob.ts";
import { nodeFileSystem } from "./file-system.ts";
import type { DiskFile, DiskFileSystem, DiskStat } from "./file-system.ts";
import { FlushTurn } from "./flush-behind.ts";
import { FolderSync } from "./folder-sync.ts";
import { KeyRuns } from "./key-runs.ts";
import { StoreId } from "./store-id.ts";

/** Two of these per upload are the most that is held in memory. */
const FILE_MODE = 0o600;
// Windows knows no O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
const OPEN_EXISTING = constants.O_RDONLY | NO_FOLLOW;

export interface DiskBlobStoreOptions {
  fileSystem?: DiskFileSystem;
}

/**
 * Blobs as files below `directory`, which is made when it is missing and must lie on one file system.
 * `close` aborts what is staged and closes every reader.
 * @throws {BlobStoreError} when the folder cannot be made
 */
export async function openDiskBlobStore(
  directory: string,
  options: DiskBlobStoreOptions = {},
): Promise<BlobStore & { close(): Promise<void> }> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const folderSync = new FolderSync(fileSystem);
  try {
    const layout = await DiskLayout.open(directory, fileSystem, folderSync);
    return new DiskBlobStore(layout, fileSystem, folderSync);
  } catch (error) {
    throw toWriteError(error);
  }
}

class DiskBlobStore implements BlobStore {
  readonly #layout: DiskLayout;
  readonly #fileSystem: DiskFileSystem;
  readonly #ground: StagingGround;
  readonly #id: StoreId;
  readonly #parts: DiskParts;
  readonly #staged = new Map<string, DiskStagedBlob | undefined>();
  readonly #readers = new Set<DiskBlobReader>();
  #check: Promise<void> | undefined;
  #isClosed = false;

  constructor(layout: DiskLayout, fileSystem: DiskFileSystem, folderSync: FolderSync) {
    this.#layout = layout;
    this.#id = new StoreId(layout.root, fileSystem, folderSync);
    this.#fileSystem = fileSystem;
    this.#ground = {
      fileSystem,
      layout,
      folderSync,
      buffers: new BufferPool(),
      flushTurn: new FlushTurn(),
      keys: new KeyRuns(),
      release: (key) => this.#staged.delete(key),
    };
    this.#parts = new DiskParts(this.#ground);
  }

  async stage(): Promise<StagedBlob> {
    this.#assertOpen();
    const key = this.#ground.keys.next();
    // Known before the file exists, so that a sweep at this moment spares it.
    this.#staged.set(key, undefined);
    try {
      const file = await this.#fileSystem.openFile(this.#layout.stagedPath(key), OPEN_NEW, FILE_MODE);
      const staged = new DiskStagedBlob(key, file, this.#ground);
      this.#staged.set(key, staged);
      if (this.#isClosed) await staged.abort();
      return staged;
    } catch (error) {
      this.#staged.delete(key);
      throw toWriteError(error);
    }
  }

  async beginParts(plan: PartPlan): Promise<PartedBlob> {
    this.#assertOpen();
    return this.#parts.begin(plan);
  }

  async openPart(blob: PartedBlob, number: number, after?: StoredTail): Promise<StagedPart> {
    this.#assertOpen();
    const part = await this.#parts.open(blob, number, after);
    if (this.#isClosed) await part.abort();
    return part;
  }

  async openTail(blob: PartedBlob, number: number, tail: StoredTail): Promise<ByteSource> {
    this.#assertOpen();
    return this.#parts.openTail(blob, number, tail);
  }

  async completeParts(blob: PartedBlob, parts: readonly StoredPart[]): Promise<BlobStat> {
    this.#assertOpen();
    await this.#assertPresent();
    return this.#parts.complete(blob, parts);
  }

  async abortParts({ key }: Pick<PartedBlob, "key">): Promise<void> {
    await this.#parts.abort(key);
  }

  listParted(): AsyncGenerator<ListedTransfer> {
    return this.#parts.list();
  }

  async open(key: string, range?: ByteSpan): Promise<BlobReader> {
    this.#assertOpen();
    const file = await this.#openBlob(key);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new BlobStoreError("unavailable", "A stored blob is not a plain file.");
      this.#assertOpen();
      const reader = new DiskBlobReader(file, stat.size, spanWithin(stat.size, range), (gone) =>
        this.#readers.delete(gone),
      );
      this.#readers.add(reader);
      return reader;
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error instanceof RangeError ? error : toReadError(error);
    }
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    const stat = await this.#statFile(this.#layout.blobPath(key));
    if (stat === undefined) await this.#assertPresent();
    return stat?.isFile() ? { sizeBytes: stat.size } : undefined;
  }

  async remove(key: string): Promise<void> {
    const path = this.#layout.blobPath(key);
    try {
      await this.#fileSystem.unlink(path);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw toWriteError(error);
      await this.#assertPresent();
    }
  }

  async *list(): AsyncGenerator<ListedBlob> {
    try {
      for (const shard of await this.#layout.shards()) yield* this.#listShard(shard);
    } catch (error) {
      throw toReadError(error);
    }
  }

  /** Spares every upload of this process, however slow. */
  async sweepStaged(olderThan: Date, newerThan: Date): Promise<number> {
    let dropped = 0;
    try {
      for await (const { name } of this.#fileSystem.entries(this.#layout.staging)) {
        if (this.#staged.has(name)) continue;
        const path = join(this.#layout.staging, name);
        const stat = await this.#statFile(path);
        if (stat === undefined || stat.isDirectory()) continue;
        if (stat.mtimeMs >= olderThan.getTime() && stat.mtimeMs <= newerThan.getTime()) continue;
        await this.#fileSystem.unlink(path);
        dropped++;
      }
    } catch (error) {
      throw toWriteError(error);
    }
    return dropped;
  }

  async room(): Promise<StorageRoom> {
    this.#assertOpen();
    try {
      const { freeBytes, totalBytes, freeFiles, totalFiles } = await this.#fileSystem.room(this.#layout.staging);
      let unwrittenBytes = this.#parts.unwrittenBytes;
      for (const staged of this.#staged.values()) unwrittenBytes += staged?.unwrittenBytes ?? 0;
      const files = totalFiles > 0 ? { freeFiles, totalFiles } : { freeFiles: undefined, totalFiles: undefined };
      return { freeBytes: freeBytes - unwrittenBytes, totalBytes, ...files };
    } catch (error) {
      throw toReadError(error);
    }
  }

  async findId(): Promise<string | undefined> {
    try {
      return await this.#id.find();
    } catch (error) {
      throw toReadError(error);
    }
  }

  async claimId(id: string, { mayReplace = false } = {}): Promise<string> {
    try {
      return await this.#id.claim(id, mayReplace);
    } catch (error) {
      throw toWriteError(error);
    }
  }

  /** Callers at the same time share one attempt: a probe that is asked often must not wear the disk. */
  async checkWritable(): Promise<void> {
    this.#assertOpen();
    this.#check ??= this.#tryWriting().finally(() => {
      this.#check = undefined;
    });
    await this.#check;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#staged.values()].map(async (staged) => staged?.abort()));
    await this.#parts.close();
    await Promise.allSettled([...this.#readers].map((reader) => reader.close()));
  }

  async #openBlob(key: string): Promise<DiskFile> {
    const path = this.#layout.blobPath(key);
    try {
      return await this.#fileSystem.openFile(path, OPEN_EXISTING);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw toReadError(error);
      await this.#assertPresent();
      throw new BlobNotFoundError(key, { cause: error });
    }
  }

  async *#listShard(shard: string): AsyncGenerator<ListedBlob> {
    for await (const { name } of this.#fileSystem.entries(shard)) {
      const stat = isBlobKey(name) ? await this.#statFile(join(shard, name)) : undefined;
      if (stat?.isFile()) yield { key: name, sizeBytes: stat.size, modifiedAt: new Date(stat.mtimeMs) };
    }
  }

  async #statFile(path: string): Promise<DiskStat | undefined> {
    try {
      return await this.#fileSystem.stat(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw toReadError(error);
    }
  }

  /** An unmounted disk must not look like an empty store. */
  async #assertPresent(): Promise<void> {
    const stat = await this.#statFile(this.#layout.blobs);
    if (!stat?.isDirectory()) throw new BlobStoreError("unavailable", "The folder that holds the blobs is gone.");
  }

  async #tryWriting(): Promise<void> {
    await this.#assertPresent();
    const path = join(this.#layout.staging, `check-${newBlobKey()}`);
    let file: DiskFile | undefined;
    try {
      file = await this.#fileSystem.openFile(path, OPEN_NEW, FILE_MODE);
      await file.write(Buffer.from("writable"), 0, 8, 0);
      await file.sync();
    } catch (error) {
      throw toWriteError(error);
    } finally {
      if (file !== undefined) {
        await file.close().catch(() => undefined);
        await this.#fileSystem.unlink(path).catch(() => undefined);
      }
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BlobStoreError("unavailable", "The blob store is closed.");
  }
}

function spanWithin(sizeBytes: number, range: ByteSpan | undefined): ByteSpan {
  if (range === undefined) return { start: 0, end: sizeBytes - 1 };
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end || start >= sizeBytes) {
    throw new RangeError(`The bytes ${start}-${end} do not lie in a blob of ${sizeBytes}.`);
  }
  return { start, end: Math.min(end, sizeBytes - 1) };
}
