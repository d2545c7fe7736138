import { join } from "node:path";
import { BlobStoreError } from "@consigne/core";
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
import { DirectWrites } from "./direct-file.ts";
import { DiskBlobs } from "./disk-blobs.ts";
import { DiskBlobReader } from "./disk-blob-reader.ts";
import { toReadError, toWriteError } from "./disk-failure.ts";
import { DiskLayout } from "./disk-layout.ts";
import { DiskParts } from "./disk-parts.ts";
import { DiskStagedBlob } from "./disk-staged-blob.ts";
import type { StagingContext } from "./disk-staged-blob.ts";
import { nodeFileSystem } from "./file-system.ts";
import type { DiskFileSystem } from "./file-system.ts";
import { FlushTurn } from "./flush-behind.ts";
import { FolderSync } from "./folder-sync.ts";
import { KeyRuns } from "./key-runs.ts";
import { Pack } from "./pack/pack.ts";
import { PackedBlobReader } from "./packed-blob-reader.ts";
import { StoreId } from "./store-id.ts";
import { tryWriting } from "./write-check.ts";

/** Measured, see decision 81: larger blobs take less time as separate files. */
export const PACKED_BYTES = 64 * 1024;

export interface DiskBlobStoreOptions {
  fileSystem?: DiskFileSystem;
  /** Blobs up to this size share one file; 0: each has its own file. Default 64 KiB. */
  packedBytes?: number;
  /** Called with a sentence for the operator if that file cannot be used; at most once an hour for the same problem. */
  onTrouble?: (text: string) => void;
}

/**
 * Stores blobs below `directory`, which is made if missing and must be on one file system: small ones in a pack, others
 * as separate files. `close` aborts staged blobs and closes every reader.
 * @throws {BlobStoreError} if the folder cannot be made
 */
export async function openDiskBlobStore(
  directory: string,
  options: DiskBlobStoreOptions = {},
): Promise<BlobStore & { close(): Promise<void> }> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const folderSync = new FolderSync(fileSystem);
  try {
    const layout = await DiskLayout.open(directory, fileSystem, folderSync);
    const pack = new Pack(layout.packPath, fileSystem, options.onTrouble);
    return new DiskBlobStore(layout, {
      fileSystem,
      folderSync,
      pack,
      packedBytes: options.packedBytes ?? PACKED_BYTES,
    });
  } catch (error) {
    throw toWriteError(error);
  }
}

class DiskBlobStore implements BlobStore {
  readonly #layout: DiskLayout;
  readonly #fileSystem: DiskFileSystem;
  readonly #context: StagingContext;
  readonly #id: StoreId;
  readonly #blobs: DiskBlobs;
  readonly #parts: DiskParts;
  readonly #pack: Pack;
  readonly #staged = new Map<string, DiskStagedBlob>();
  readonly #readers = new Set<BlobReader>();
  #check: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    layout: DiskLayout,
    {
      fileSystem,
      folderSync,
      pack,
      packedBytes,
    }: Pick<StagingContext, "fileSystem" | "folderSync" | "pack" | "packedBytes">,
  ) {
    this.#layout = layout;
    this.#pack = pack;
    this.#blobs = new DiskBlobs({ layout, fileSystem, pack });
    this.#id = new StoreId(layout.root, fileSystem, folderSync);
    this.#fileSystem = fileSystem;
    this.#context = {
      fileSystem,
      layout,
      folderSync,
      buffers: new BufferPool(),
      flushTurn: new FlushTurn(),
      direct: new DirectWrites(fileSystem),
      keys: new KeyRuns(),
      pack,
      packedBytes,
      requirePresent: () => this.#blobs.requirePresent(),
      requireSeen: () => this.#blobs.requireSeen(),
      release: (key) => this.#staged.delete(key),
    };
    this.#parts = new DiskParts(this.#context);
  }

  async stage(): Promise<StagedBlob> {
    this.#assertOpen();
    const staged = new DiskStagedBlob(this.#context.keys.next(), this.#context);
    // Registered before the file exists, so that a concurrent sweep spares it.
    this.#staged.set(staged.key, staged);
    await staged.begin();
    if (this.#isClosed) await staged.abort();
    return staged;
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
    await this.#blobs.requirePresent();
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
    const file = await this.#blobs.openFile(key);
    if (file === undefined) return this.#openPacked(key, range);
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

  stat(key: string): Promise<BlobStat | undefined> {
    return this.#blobs.stat(key);
  }

  remove(key: string): Promise<void> {
    return this.#blobs.remove(key);
  }

  list(): AsyncGenerator<ListedBlob> {
    return this.#blobs.list();
  }

  /** Spares every upload of this process, however slow. */
  async sweepStaged(olderThan: Date, newerThan: Date): Promise<number> {
    let dropped = 0;
    try {
      for await (const { name } of this.#fileSystem.entries(this.#layout.staging)) {
        if (this.#staged.has(name)) continue;
        const path = join(this.#layout.staging, name);
        const stat = await this.#blobs.statFile(path);
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
      for (const staged of this.#staged.values()) unwrittenBytes += staged.unwrittenBytes;
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

  /** Concurrent callers share one attempt: frequent probes must not wear the disk. */
  async checkWritable(): Promise<void> {
    this.#assertOpen();
    this.#check ??= this.#tryWriting().finally(() => {
      this.#check = undefined;
    });
    await this.#check;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#staged.values()].map((staged) => staged.abort()));
    await this.#parts.close();
    await Promise.allSettled([...this.#readers].map((reader) => reader.close()));
    await this.#pack.close();
  }

  async #openPacked(key: string, range: ByteSpan | undefined): Promise<BlobReader> {
    const bytes = await this.#blobs.readPacked(key);
    this.#assertOpen();
    const reader = new PackedBlobReader(bytes, spanWithin(bytes.byteLength, range), () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  async #tryWriting(): Promise<void> {
    await this.#blobs.requirePresent();
    await tryWriting(this.#fileSystem, this.#layout.staging);
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
