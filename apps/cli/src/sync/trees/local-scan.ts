import type { BigIntStats, Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { stampOf } from "./file-stamp.ts";
import { promptFiles } from "./prompt-files.ts";
import { LocalNames } from "./local-names.ts";
import type { PathFilter } from "./filter-rules.ts";
import { isSetAside, SET_ASIDE_DETAIL } from "./set-aside-names.ts";
import { findUnfinished } from "./unfinished-files.ts";
import { emptyFolder, joinPath } from "./tree.ts";
import type { LocalFile, TreeFolder, Unseen } from "./tree.ts";
import { unusableFolder } from "./unusable-folder.ts";

export interface ScanOptions {
  filter: PathFilter;
  signal?: AbortSignal | undefined;
  /** Called for everything that is left out, except by the filter. */
  onUnseen?(path: string, why: Unseen, detail?: string): void;
  onFolder?(path: string, files: number): void;
}

export interface LocalScanOptions extends ScanOptions {
  /** Whether symbolic links count as what they point to. */
  followsLinks?: boolean;
  /** How names are written here; default as in `LocalNames`. */
  names?: LocalNames;
}

/** Files examined concurrently; the walk itself goes one folder after the other. */
const STATS_AT_ONCE = 32;

/**
 * Everything below a local folder, without reading a file.
 * @throws {SyncError} `source-missing`, `not-a-folder` if the folder itself cannot be listed
 */
export async function scanLocal(root: string, options: LocalScanOptions): Promise<TreeFolder<LocalFile>> {
  try {
    return await new LocalScan(root, options).listFolder("", []);
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw await unusableFolder(root, error);
  }
}

class LocalScan {
  readonly #root: string;
  readonly #options: LocalScanOptions;
  readonly #names: LocalNames;

  constructor(root: string, options: LocalScanOptions) {
    this.#root = root;
    this.#options = options;
    this.#names = options.names ?? new LocalNames({ encoding: "none" });
  }

  /** `above`: device and inode of the parent folders, to notice a link that leads back into one of them. */
  async listFolder(path: string, above: readonly string[]): Promise<TreeFolder<LocalFile>> {
    const folder = emptyFolder<LocalFile>();
    const below: string[] = [];
    const taken = new Set<string>();
    const diskPath = this.#onDisk(path);
    let waiting: Promise<void>[] = [];
    try {
      for await (const entry of await opendir(diskPath, { bufferSize: 256 })) {
        this.#options.signal?.throwIfAborted();
        if (this.#names.hasLookAlikes && this.#isTwin(entry.name, path, taken)) continue;
        waiting.push(this.#take(entry, path, folder, below));
        if (waiting.length < STATS_AT_ONCE) continue;
        await Promise.all(waiting);
        waiting = [];
      }
      await Promise.all(waiting);
    } catch (error) {
      await Promise.allSettled(waiting);
      if (systemCode(error) === undefined || path === "" || this.#options.signal?.aborted === true) throw error;
      folder.isIncomplete = true;
      this.#options.onUnseen?.(path, "unreadable", reasonOf(error));
    }
    for (const name of await findUnfinished(diskPath, folder.files.keys())) {
      folder.files.delete(name);
      this.#leaveOut(folder, joinPath(path, name), name, "unfinished");
    }
    this.#options.onFolder?.(path, folder.files.size);
    for (const name of below) await this.#enter(joinPath(path, name), name, folder, above);
    return folder;
  }

  async #enter(path: string, name: string, folder: TreeFolder<LocalFile>, above: readonly string[]): Promise<void> {
    this.#options.signal?.throwIfAborted();
    if (this.#options.followsLinks !== true) {
      folder.folders.set(name, await this.listFolder(path, above));
      return;
    }
    const { dev, ino } = await stat(this.#onDisk(path), { bigint: true });
    const identity = `${dev}:${ino}`;
    if (above.includes(identity))
      return this.#leaveOut(folder, path, name, "symbolic link", "it leads back to a folder above it");
    folder.folders.set(name, await this.listFolder(path, [...above, identity]));
  }

  async #take(entry: Dirent, inFolder: string, folder: TreeFolder<LocalFile>, below: string[]): Promise<void> {
    const name = this.#names.fromDisk(entry.name);
    const path = joinPath(inFolder, name);
    const { filter } = this.#options;
    const found = await this.#look(path, entry);
    if (found === "vanished") {
      // A name that is not valid UTF-8 comes with replacement characters, and cannot be opened by that.
      if (name.includes("\ufffd")) this.#leaveOut(folder, path, name, "unusable name", "it is not valid UTF-8");
      return;
    }
    if (isSetAside(name)) return this.#leaveOut(folder, path, name, "set aside", SET_ASIDE_DETAIL);
    if (found === "unreadable") return this.#leaveOut(folder, path, name, "unreadable");
    const isFolder = found === "folder" || (typeof found === "object" && found.isDirectory());
    if (isFolder ? !filter.entersFolder(path) : !filter.takesFile(path))
      return void folder.unseen.set(name, "filtered");
    if (isFolder) return void below.push(name);
    if (typeof found !== "object") return;
    if (found.isSymbolicLink()) {
      const isDangling = (await this.#stat(path, { followsLinks: true })) === "vanished";
      return this.#leaveOut(folder, path, name, "symbolic link", isDangling ? "its target does not exist" : undefined);
    }
    if (!found.isFile()) return this.#leaveOut(folder, path, name, "special file");
    folder.files.set(name, { sizeBytes: Number(found.size), whirlpool: undefined, stamp: stampOf(found) });
  }

  #onDisk(path: string): string {
    return join(this.#root, this.#names.diskPath(path));
  }

  /** Two names on the disk may stand for the same one; the first is used. */
  #isTwin(diskName: string, inFolder: string, taken: Set<string>): boolean {
    const name = this.#names.fromDisk(diskName);
    const path = joinPath(inFolder, name);
    if (taken.has(name)) {
      const why = `another local file has the same name on the server, "${name}"`;
      this.#options.onUnseen?.(joinPath(inFolder, diskName), "unusable name", why);
      return true;
    }
    taken.add(name);
    this.#names.found(path, diskName);
    return false;
  }

  async #look(path: string, entry: Dirent): Promise<BigIntStats | "folder" | "vanished" | "unreadable"> {
    if (entry.isDirectory()) return entry.name.includes("\ufffd") ? this.#stat(path) : "folder";
    const found = await this.#stat(path);
    if (typeof found !== "object" || !found.isSymbolicLink() || this.#options.followsLinks !== true) return found;
    const pointedTo = await this.#stat(path, { followsLinks: true });
    // A dangling link is reported as a link.
    return pointedTo === "vanished" ? found : pointedTo;
  }

  async #stat(
    path: string,
    { followsLinks } = { followsLinks: false },
  ): Promise<BigIntStats | "vanished" | "unreadable"> {
    try {
      return await promptFiles.look(this.#onDisk(path), { followsLinks });
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      return code === "ENOENT" ? "vanished" : "unreadable";
    }
  }

  #leaveOut(folder: TreeFolder<LocalFile>, path: string, name: string, why: Unseen, detail?: string): void {
    folder.unseen.set(name, why);
    this.#options.onUnseen?.(path, why, detail);
  }
}
