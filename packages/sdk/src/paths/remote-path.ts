import type { CallOptions } from "../calls/api-caller.ts";
import { isNotFoundError } from "../error-guards.ts";
import type { FileEntry } from "../resources/file-entry.ts";
import type { Files } from "../resources/files.ts";
import type { FolderListing } from "../resources/folder-listing.ts";
import type { Folders, WalkedFolder } from "../resources/folders.ts";
import type { UploadedFile } from "../uploads/upload-report.ts";
import type { UploadSource } from "../uploads/upload-source.ts";
import type { UploadOptions, Uploads } from "../uploads/uploads.ts";
import type { PathLookup, PathTarget } from "./path-lookup.ts";
import { pathOfNames, requireName } from "./path-names.ts";

/** The result of `stat`. A folder comes with the number of files directly in it, but without them. */
export type PathStatus =
  | { kind: "folder"; id: number; folder: FolderListing }
  | { kind: "file"; file: FileEntry; folderId: number };

export interface PathContext {
  lookup: PathLookup;
  folders: Folders;
  files: Files;
  uploads: Uploads;
}

/**
 * A location on the server, by its path. Creating one makes no call. A name is found in any of its spellings, `it's` as
 * well as the `it＇s` it is written as (`toRemoteName`). An exact match wins, and a name that differs only in its
 * Unicode composition is found if it is the only one. All paths of a client share what it knows about folders: a folder
 * that was seen once is found again without a call, until the server says that it is gone or has another name. A folder
 * that another program has moved, with its contents, is still found where it was.
 */
export class RemotePath {
  /** From the root, without a slash at the end; the root is `/`. */
  readonly path: string;
  readonly #names: readonly string[];
  readonly #context: PathContext;

  constructor(context: PathContext, names: readonly string[]) {
    this.#context = context;
    this.#names = names;
    this.path = pathOfNames(names);
  }

  /** The last part of the path; empty for the root. */
  get name(): string {
    return this.#names.at(-1) ?? "";
  }

  /**
   * Something directly in this folder.
   * @throws {TypeError} the name is empty, `.` or `..`, or contains a slash
   */
  child(name: string): RemotePath {
    requireName(name);
    return new RemotePath(this.#context, [...this.#names, name]);
  }

  /**
   * The folder or file at this path. A folder comes before a file of the same name, and the newest file before others
   * of its name. Makes one call for each folder on the way that is not known yet; files are looked up every time.
   * @throws {NotFoundError} `missingSegment` is the first name that does not exist
   */
  async resolve(options: CallOptions = {}): Promise<PathTarget> {
    return this.#context.lookup.find(this.#names, options);
  }

  /**
   * As `resolve`, with what the server says about it now.
   * @throws {NotFoundError} `missingSegment` is the first name that does not exist
   */
  async stat(options: CallOptions = {}): Promise<PathStatus> {
    const target = await this.resolve(options);
    if (target.kind === "file") return target;
    try {
      const folder = await this.#context.lookup.listing(this.#names, options);
      return { kind: "folder", id: folder.id, folder };
    } catch (error) {
      if (!isNotFoundError(error)) throw error;
      // The folder is gone; a file may have its name now.
      const found = await this.resolve(options);
      if (found.kind === "folder") throw error;
      return found;
    }
  }

  /**
   * The folder with its folders and files.
   * @throws {NotFoundError} there is no such folder; `missingSegment` is the first name that does not exist
   */
  async list(options: CallOptions = {}): Promise<FolderListing & { files: FileEntry[] }> {
    const listing = await this.#context.lookup.listing(this.#names, { ...options, withFiles: true });
    return { ...listing, files: listing.files ?? [] };
  }

  /**
   * Creates the folder and the missing ones above it; returns its id. Others may do the same at the same time.
   * @throws {ConflictError} something else is in the way
   * @throws {BadRequestError} the server does not allow a name
   */
  async ensureFolder(options: CallOptions = {}): Promise<number> {
    return this.#context.lookup.ensure(this.#names, options);
  }

  /**
   * Sends files into this folder, which is created if it is missing, in one upload under the names of the sources.
   * Checks first that the folder still exists: some servers put files for an unknown folder into the root.
   * @throws {UploadFailedError} and the other errors of `uploads.send`
   */
  async upload(
    sources: UploadSource | readonly UploadSource[],
    options: Omit<UploadOptions, "folderId"> = {},
  ): Promise<UploadedFile[]> {
    const list: readonly UploadSource[] = "open" in sources ? [sources] : sources;
    let folderId: number;
    try {
      folderId = await this.ensureFolder({ signal: options.signal });
    } catch (error) {
      for (const source of list) await source.dispose?.();
      throw error;
    }
    return this.#context.uploads.send(list, { ...options, folderId });
  }

  /**
   * Removes the file, or the folder if it is empty. Of several files with this name, the newest is removed.
   * @throws {NotFoundError} `missingSegment` is the first name that does not exist
   * @throws {ConflictError} the folder is not empty
   * @throws {TypeError} for the root
   */
  async remove(options: CallOptions = {}): Promise<void> {
    if (this.#names.length === 0) throw new TypeError("The root cannot be removed.");
    const { folders, files } = this.#context;
    // Looked up again: what is remembered may have another name by now.
    const target = await this.stat(options);
    if (target.kind === "file") await files.remove([target.file.url], options);
    else await folders.remove(target.id, options);
  }

  /**
   * This folder and everything below it with their files, each before its contents; one call for each, made when it is
   * needed. `path` of each is the names below this folder.
   * @throws {NotFoundError} there is no such folder, or one was removed meanwhile
   */
  async *walk(options: CallOptions = {}): AsyncGenerator<WalkedFolder, void, undefined> {
    const top = await this.list(options);
    yield { ...top, path: [] };
    for (const { id, name } of top.folders) {
      for await (const each of this.#context.folders.walk(id, { ...options, withFiles: true })) {
        yield { ...each, path: [name, ...each.path] };
      }
    }
  }
}
