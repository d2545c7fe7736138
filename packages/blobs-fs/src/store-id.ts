import { constants } from "node:fs";
import { join } from "node:path";
import { errnoOf, newBlobKey, UnclearStoreError } from "@consigne/core";
import type { DiskFile, DiskFileSystem } from "./file-system.ts";
import type { FolderSync } from "./folder-sync.ts";

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
const OPEN_EXISTING = constants.O_RDONLY | NO_FOLLOW;
const FILE_MODE = 0o600;
const NAME = "store.json";
const MOST_BYTES = 1024;
const ID = /"id":\s*"([a-z0-9]{16,64})"/;

/** The file that identifies this store. It is stored with the bytes, so that it goes wherever they are copied. */
export class StoreId {
  readonly #root: string;
  readonly #path: string;
  readonly #fileSystem: DiskFileSystem;
  readonly #folderSync: FolderSync;

  constructor(root: string, fileSystem: DiskFileSystem, folderSync: FolderSync) {
    this.#root = root;
    this.#path = join(root, NAME);
    this.#fileSystem = fileSystem;
    this.#folderSync = folderSync;
  }

  /** Undefined if there is no such file. @throws {UnclearStoreError} if it contains no id */
  async find(): Promise<string | undefined> {
    let file: DiskFile;
    try {
      file = await this.#fileSystem.openFile(this.#path, OPEN_EXISTING);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw error;
    }
    try {
      const buffer = Buffer.alloc(MOST_BYTES);
      const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, 0);
      const id = ID.exec(buffer.toString("utf8", 0, bytesRead))?.[1];
      if (id === undefined) throw new UnclearStoreError(`${NAME}, which names the bytes, is empty or damaged.`);
      return id;
    } finally {
      await file.close();
    }
  }

  /** Durable when it resolves: written to another file first, so that nobody reads an incomplete one. */
  async claim(id: string, mayReplace = false): Promise<string> {
    const known = await this.#findClear(mayReplace);
    if (known !== undefined) return known;
    // With a unique name: a process killed here has left its file, which must not provide the same id again.
    const beside = `${this.#path}.${newBlobKey()}`;
    const file = await this.#fileSystem.openFile(beside, OPEN_NEW, FILE_MODE);
    try {
      const text = Buffer.from(`${JSON.stringify({ id })}\n`);
      await file.write(text, 0, text.length, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#fileSystem.rename(beside, this.#path);
    await this.#folderSync.sync(this.#root);
    return (await this.find()) ?? id;
  }

  async #findClear(mayReplace: boolean): Promise<string | undefined> {
    try {
      return await this.find();
    } catch (error) {
      if (mayReplace || error instanceof UnclearStoreError) return undefined;
      throw error;
    }
  }
}
