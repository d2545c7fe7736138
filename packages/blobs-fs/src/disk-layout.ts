import { mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errnoOf, refusedWriteOf } from "@consigne/core";
import type { DiskFileSystem } from "./file-system.ts";
import type { FolderSync } from "./folder-sync.ts";

const FOLDER_MODE = 0o700;
const KEY = /^[a-z0-9]{16,64}$/;
const SHARD = /^[a-z0-9]{2}$/;

export const isBlobKey = (text: string): boolean => KEY.test(text);

/**
 * Where everything is: `staging/KEY` while bytes arrive, `parts/KEY` while they arrive in parts, `blobs/KE/KEY`
 * afterwards; small blobs in `packs/small.sqlite`. Every path is built here.
 */
export class DiskLayout {
  readonly root: string;
  readonly staging: string;
  readonly parts: string;
  readonly blobs: string;
  readonly packPath: string;
  readonly #packs: string;
  readonly #fileSystem: DiskFileSystem;
  readonly #folderSync: FolderSync;
  readonly #shards = new Map<string, Promise<void>>();
  #packsReady: Promise<void> | undefined;

  private constructor(root: string, fileSystem: DiskFileSystem, folderSync: FolderSync) {
    this.root = root;
    this.staging = join(root, "staging");
    this.parts = join(root, "parts");
    this.blobs = join(root, "blobs");
    this.#packs = join(root, "packs");
    this.packPath = join(this.#packs, "small.sqlite");
    this.#fileSystem = fileSystem;
    this.#folderSync = folderSync;
  }

  /** Makes `directory` and its folders durably, if they are missing. */
  static async open(directory: string, fileSystem: DiskFileSystem, folderSync: FolderSync): Promise<DiskLayout> {
    const wanted = resolve(directory);
    const created = await makeFolders(wanted);
    const root = await realpath(wanted);
    const layout = new DiskLayout(root, fileSystem, folderSync);
    await layout.#makeFolder(layout.staging);
    await layout.#makeFolder(layout.parts);
    await layout.#makeFolder(layout.blobs);
    await folderSync.sync(root).catch((error: unknown) => {
      // So it exists and nothing was made: it can be read.
      if (refusedWriteOf(error) !== "read-only") throw error;
    });
    // A parent folder that was just made must survive a power cut too, or everything below is lost with its name.
    for (const folder of created) await folderSync.sync(dirname(folder));
    return layout;
  }

  /** Makes the folder of the pack, durably: only when it is needed, so that old folders on full disks can be read. */
  ensurePacks(): Promise<void> {
    this.#packsReady ??= this.#makeFolder(this.#packs).then(() => this.#folderSync.sync(this.root));
    this.#packsReady.catch(() => (this.#packsReady = undefined));
    return this.#packsReady;
  }

  stagedPath(key: string): string {
    return join(this.staging, this.#checked(key));
  }

  partsPath(key: string): string {
    return join(this.parts, this.#checked(key));
  }

  blobPath(key: string): string {
    return join(this.shardPath(key), key);
  }

  shardPath(key: string): string {
    return join(this.blobs, this.#checked(key).slice(0, 2));
  }

  /** Makes the file `folder/KEY` the blob of that key; durable after `syncPublished`. */
  async publish(folder: string, key: string): Promise<void> {
    const from = join(folder, this.#checked(key));
    await this.ensureShard(key);
    try {
      await this.#fileSystem.rename(from, this.blobPath(key));
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      // Somebody may have removed an empty shard that was known to exist.
      this.forgetShard(key);
      await this.ensureShard(key);
      await this.#fileSystem.rename(from, this.blobPath(key));
    }
  }

  /** Call after `publish`. */
  async syncPublished(folder: string, key: string): Promise<void> {
    const synced = await Promise.allSettled([
      this.#folderSync.sync(this.shardPath(key)),
      this.#folderSync.sync(folder),
    ]);
    for (const result of synced) if (result.status === "rejected") throw result.reason;
  }

  /** Makes the shard of `key` if missing; its name is durable when this resolves. */
  async ensureShard(key: string): Promise<void> {
    const shard = this.shardPath(key);
    let ready = this.#shards.get(shard);
    if (ready === undefined) {
      ready = this.#makeFolder(shard).then(() => this.#folderSync.sync(this.blobs));
      this.#shards.set(shard, ready);
      ready.catch(() => this.#shards.delete(shard));
    }
    await ready;
  }

  /** Call if a shard turned out to be gone. */
  forgetShard(key: string): void {
    this.#shards.delete(this.shardPath(key));
  }

  /** Paths of the shards that exist. */
  async shards(): Promise<string[]> {
    const found: string[] = [];
    for await (const entry of this.#fileSystem.entries(this.blobs)) {
      if (entry.isDirectory() && SHARD.test(entry.name)) found.push(join(this.blobs, entry.name));
    }
    return found;
  }

  async #makeFolder(path: string): Promise<void> {
    let refusal: unknown;
    try {
      await this.#fileSystem.makeFolder(path, FOLDER_MODE);
    } catch (error) {
      // A disk that the system turned read-only refuses existing folders as well.
      if (errnoOf(error) !== "EEXIST") refusal = error;
    }
    const stat = await this.#fileSystem.stat(path).catch((error: unknown) => {
      throw refusal ?? error;
    });
    if (!stat.isDirectory()) throw new Error(`${path} is a link or a file, not a folder.`);
  }

  #checked(key: string): string {
    if (!isBlobKey(key)) throw new TypeError("A blob key is 16 to 64 lower-case letters and digits.");
    return key;
  }
}

/**
 * Makes a folder and its missing parents. Node's own `recursive` loops for ever if the system says that a folder does
 * not exist although its parent does, as in a mounted folder that was removed.
 * @returns those that were missing, lowest first
 */
async function makeFolders(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = path; !(await isThere(folder)) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.push(folder);
  }
  for (const folder of missing.toReversed()) {
    await mkdir(folder, { mode: FOLDER_MODE }).catch((error: unknown) => {
      if (errnoOf(error) !== "EEXIST") throw error;
    });
  }
  return missing;
}

/** Whatever it is: if it is not a folder, making something in it fails. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}
