import { constants } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { BlobNotFoundError, BlobStoreError, errnoOf } from "@consigne/core";
import type { BlobStat, ListedBlob } from "@consigne/core";
import { toReadError, toWriteError } from "./disk-failure.ts";
import { type DiskLayout, isBlobKey } from "./disk-layout.ts";
import type { DiskFile, DiskFileSystem, DiskStat } from "./file-system.ts";
import type { Pack } from "./pack/pack.ts";
import { PackError } from "./pack/pack-thread.ts";

// Windows does not have O_NOFOLLOW.
const OPEN_EXISTING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** How long after a check the folder is assumed to be present, by code that checks again before anything is kept. */
const SEEN_MS = 100;

/** Complete blobs, wherever they are stored: as a separate file or in the pack. */
export class DiskBlobs {
  readonly #layout: DiskLayout;
  readonly #fileSystem: DiskFileSystem;
  readonly #pack: Pack;
  #look: Promise<void> | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #seenAtMs = -Infinity;

  constructor({ layout, fileSystem, pack }: { layout: DiskLayout; fileSystem: DiskFileSystem; pack: Pack }) {
    this.#layout = layout;
    this.#fileSystem = fileSystem;
    this.#pack = pack;
  }

  /** Undefined if it is not a file; it may then be in the pack. @throws {BlobStoreError} */
  async openFile(key: string): Promise<DiskFile | undefined> {
    const path = this.#layout.blobPath(key);
    try {
      return await this.#fileSystem.openFile(path, OPEN_EXISTING);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw toReadError(error);
    }
  }

  /** A blob that is not a file. @throws {BlobNotFoundError} @throws {BlobStoreError} */
  async readPacked(key: string): Promise<Uint8Array> {
    await this.requirePresent();
    const bytes = await this.#reading(() => this.#pack.read(key));
    if (bytes === undefined) throw new BlobNotFoundError(key);
    return bytes;
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    const path = this.#layout.blobPath(key);
    await this.requirePresent();
    // The pack first, because one request looks up many. A failing pack says nothing about files.
    const [packed] = await Promise.allSettled([this.#pack.stat(key)]);
    if (packed.status === "fulfilled" && packed.value !== undefined) return { sizeBytes: packed.value.sizeBytes };
    const stat = await this.statFile(path);
    if (stat !== undefined) return stat.isFile() ? { sizeBytes: stat.size } : undefined;
    if (packed.status === "rejected") throw toReadError(packed.reason);
    return undefined;
  }

  /** Searches both places: a blob that the pack refused may be in it all the same. */
  async remove(key: string): Promise<void> {
    const path = this.#layout.blobPath(key);
    try {
      const wasFile = await this.#removeFile(path);
      await this.#pack.remove(key).catch((error: unknown) => {
        // Otherwise nothing could be removed any more.
        if (!wasFile || !(error instanceof PackError)) throw error;
      });
    } catch (error) {
      throw toWriteError(error);
    }
  }

  async *list(): AsyncGenerator<ListedBlob> {
    try {
      for (const shard of await this.#layout.shards()) yield* this.#listShard(shard);
      yield* this.#pack.list();
    } catch (error) {
      throw toReadError(error);
    }
  }

  /** An unmounted disk must not look like an empty store. Callers during a running check share the next one. */
  requirePresent(): Promise<void> {
    this.#look ??= this.#lookAfter(this.#looking);
    return this.#look;
  }

  /** Like `requirePresent`, for starting something: accepts a very recent check. */
  async requireSeen(): Promise<void> {
    if (performance.now() - this.#seenAtMs > SEEN_MS) await this.requirePresent();
  }

  async #lookAfter(before: Promise<unknown>): Promise<void> {
    await Promise.all([before, nextTurn()]);
    const looking = this.#lookForFolder();
    this.#look = undefined;
    this.#looking = looking.catch(() => undefined);
    await looking;
  }

  async #lookForFolder(): Promise<void> {
    const atMs = performance.now();
    this.#seenAtMs = -Infinity;
    const stat = await this.statFile(this.#layout.blobs);
    if (!stat?.isDirectory()) throw new BlobStoreError("unavailable", "The folder that holds the blobs is gone.");
    this.#seenAtMs = atMs;
  }

  /** False if there was none. */
  async #removeFile(path: string): Promise<boolean> {
    try {
      await this.#fileSystem.unlink(path);
      return true;
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      await this.requirePresent();
      return false;
    }
  }

  async #reading<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toReadError(error);
    }
  }

  async *#listShard(shard: string): AsyncGenerator<ListedBlob> {
    for await (const { name } of this.#fileSystem.entries(shard)) {
      const stat = isBlobKey(name) ? await this.statFile(join(shard, name)) : undefined;
      if (stat?.isFile()) yield { key: name, sizeBytes: stat.size, modifiedAt: new Date(stat.mtimeMs) };
    }
  }

  async statFile(path: string): Promise<DiskStat | undefined> {
    try {
      return await this.#fileSystem.stat(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw toReadError(error);
    }
  }
}
