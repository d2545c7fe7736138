import { constants } from "node:fs";
import { type BlobCopies, type BlobCopy, errnoOf } from "@consigne/core";
import { toWriteError } from "./disk-failure.ts";
import { openDiskBlobStore, PACKED_BYTES } from "./disk-blob-store.ts";
import { DiskLayout } from "./disk-layout.ts";
import { type DiskFile, type DiskFileSystem, nodeFileSystem } from "./file-system.ts";
import { FolderSync } from "./folder-sync.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { Pack } from "./pack/pack.ts";

const FILE_MODE = 0o600;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_COPY = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_FOLLOW;
/** Folders that are made durable at a time. */
const SYNCS = 8;
/** Small copies in memory that are complete but not durable yet. */
const MOST_PACKING = 500;

/**
 * A folder with copies of another store's blobs, under the same keys; it is a store as well. Nobody else may write it
 * meanwhile. `close` ends its readers.
 * @throws {BlobStoreError} if the folder cannot be made
 */
export async function openDiskBlobCopies(directory: string): Promise<BlobCopies & { close(): Promise<void> }> {
  const fileSystem = nodeFileSystem;
  const folderSync = new FolderSync(fileSystem);
  const store = await openDiskBlobStore(directory);
  try {
    const layout = await DiskLayout.open(directory, fileSystem, folderSync);
    const copies = new DiskBlobCopies(layout, fileSystem, folderSync);
    return {
      store,
      begin: async (key) => copies.begin(key),
      settle: () => copies.settle(),
      close: async () => {
        await copies.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw toWriteError(error);
  }
}

class DiskBlobCopies {
  readonly #layout: DiskLayout;
  readonly #fileSystem: DiskFileSystem;
  readonly #folderSync: FolderSync;
  readonly #pack: Pack;
  /** Each resolves when a small copy is durable, in the pack or as a file. */
  readonly #packing = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;
  /** Folders with names that are not durable yet: one flush covers all new names in a folder. */
  readonly #unsettled = new Set<string>();

  constructor(layout: DiskLayout, fileSystem: DiskFileSystem, folderSync: FolderSync) {
    this.#layout = layout;
    this.#fileSystem = fileSystem;
    this.#folderSync = folderSync;
    this.#pack = new Pack(layout.packPath, fileSystem);
  }

  begin(key: string): BlobCopy {
    const path = this.#layout.stagedPath(key);
    return new DiskBlobCopy({
      open: () => this.#fileSystem.openFile(path, OPEN_COPY, FILE_MODE),
      publish: async () => {
        await this.#layout.publish(this.#layout.staging, key);
        this.#unsettled.add(this.#layout.shardPath(key)).add(this.#layout.staging);
      },
      discard: () => this.#fileSystem.unlink(path),
      pack: (copy, bytes) => this.#beginPacking(key, copy, bytes),
    });
  }

  async settle(): Promise<void> {
    await Promise.all(this.#packing);
    if (this.#failure !== undefined) throw toWriteError(this.#failure.error);
    const folders = [...this.#unsettled];
    this.#unsettled.clear();
    try {
      for (let at = 0; at < folders.length; at += SYNCS) {
        await Promise.all(folders.slice(at, at + SYNCS).map((folder) => this.#folderSync.sync(folder)));
      }
    } catch (error) {
      throw toWriteError(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#packing);
    await this.#pack.close();
  }

  /** Resolves when the next copy may come. Failures are reported by `settle`, and here from then on. */
  async #beginPacking(key: string, copy: DiskBlobCopy, bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const packing = this.#putInPack(key, copy, bytes).catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#packing.add(packing);
    void packing.then(() => this.#packing.delete(packing));
    while (this.#packing.size >= MOST_PACKING) await Promise.race(this.#packing);
  }

  async #putInPack(key: string, copy: DiskBlobCopy, bytes: Uint8Array): Promise<void> {
    try {
      await this.#layout.ensurePacks();
      await this.#pack.put(key, bytes);
    } catch {
      // What the pack refuses becomes a file, as in the store.
      return copy.completeFile();
    }
    await this.#removeFile(key);
  }

  /** A file would be found before the packed blob, and may be damaged, which is why there is a new copy. */
  async #removeFile(key: string): Promise<void> {
    try {
      await this.#fileSystem.unlink(this.#layout.blobPath(key));
      this.#unsettled.add(this.#layout.shardPath(key));
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  }
}

interface CopyPlace {
  open(): Promise<DiskFile>;
  publish(): Promise<void>;
  discard(): Promise<void>;
  pack(copy: DiskBlobCopy, bytes: Uint8Array): Promise<void>;
}

class DiskBlobCopy implements BlobCopy {
  readonly #place: CopyPlace;
  readonly #held = new GrowingBytes(PACKED_BYTES);
  #opening: Promise<DiskFile> | undefined;

  constructor(place: CopyPlace) {
    this.#place = place;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (this.#opening === undefined && this.#held.write(bytes, position)) return;
    try {
      await writeAll(await this.#file(), bytes, position);
    } catch (error) {
      throw toWriteError(error);
    }
  }

  async complete(): Promise<void> {
    if (this.#opening !== undefined) return this.completeFile();
    try {
      await this.#place.pack(this, this.#held.bytes);
    } catch (error) {
      throw toWriteError(error);
    }
  }

  async completeFile(): Promise<void> {
    try {
      const file = await this.#file();
      await file.sync();
      await file.close();
      await this.#place.publish();
    } catch (error) {
      await this.abort();
      throw toWriteError(error);
    }
  }

  async abort(): Promise<void> {
    if (this.#opening === undefined) return;
    await this.#opening.then((file) => file.close()).catch(() => undefined);
    await this.#place.discard().catch(() => undefined);
  }

  #file(): Promise<DiskFile> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<DiskFile> {
    const file = await this.#place.open();
    await writeAll(file, this.#held.bytes, 0);
    this.#held.clear();
    return file;
  }
}

async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    const left = bytes.byteLength - written;
    written += (await file.write(bytes, written, left, position + written)).bytesWritten;
  }
}
