import { constants } from "node:fs";
import type { BlobCopies, BlobCopy } from "@consigne/core";
import { toWriteError } from "./disk-failure.ts";
import { openDiskBlobStore } from "./disk-blob-store.ts";
import { DiskLayout } from "./disk-layout.ts";
import { type DiskFile, type DiskFileSystem, nodeFileSystem } from "./file-system.ts";
import { FolderSync } from "./folder-sync.ts";

const FILE_MODE = 0o600;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_COPY = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_FOLLOW;
/** Folders that are made durable at a time. */
const SYNCS = 8;

/**
 * A folder that takes copies of another store's blobs, each under its own key, and is a store itself. Nobody else may
 * write it meanwhile. `close` ends its readers.
 * @throws {BlobStoreError} when the folder cannot be made
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
      begin: (key) => copies.begin(key),
      settle: () => copies.settle(),
      close: () => store.close(),
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
  /** Folders with names that are not durable yet: one flush serves all that came into one. */
  readonly #unsettled = new Set<string>();

  constructor(layout: DiskLayout, fileSystem: DiskFileSystem, folderSync: FolderSync) {
    this.#layout = layout;
    this.#fileSystem = fileSystem;
    this.#folderSync = folderSync;
  }

  async begin(key: string): Promise<BlobCopy> {
    const path = this.#layout.stagedPath(key);
    try {
      const file = await this.#fileSystem.openFile(path, OPEN_COPY, FILE_MODE);
      return new DiskBlobCopy(file, {
        publish: async () => {
          await this.#layout.publish(this.#layout.staging, key);
          this.#unsettled.add(this.#layout.shardPath(key)).add(this.#layout.staging);
        },
        discard: () => this.#fileSystem.unlink(path),
      });
    } catch (error) {
      throw toWriteError(error);
    }
  }

  async settle(): Promise<void> {
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
}

interface CopyPlace {
  publish(): Promise<void>;
  discard(): Promise<void>;
}

class DiskBlobCopy implements BlobCopy {
  readonly #file: DiskFile;
  readonly #place: CopyPlace;

  constructor(file: DiskFile, place: CopyPlace) {
    this.#file = file;
    this.#place = place;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let written = 0; written < bytes.byteLength;) {
        const left = bytes.byteLength - written;
        written += (await this.#file.write(bytes, written, left, position + written)).bytesWritten;
      }
    } catch (error) {
      throw toWriteError(error);
    }
  }

  async complete(): Promise<void> {
    try {
      await this.#file.sync();
      await this.#file.close();
      await this.#place.publish();
    } catch (error) {
      await this.abort();
      throw toWriteError(error);
    }
  }

  async abort(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#place.discard().catch(() => undefined);
  }
}
