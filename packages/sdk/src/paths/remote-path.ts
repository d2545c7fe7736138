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

/** What `stat` finds. A folder comes with how many files lie directly in it, without them. */
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
 * A place on the server by its path. Making one asks nothing. A name is found in any of its spellings, `it's` as well as
 * the `it＇s` it is written as (`toRemoteName`); one that is spelled so exactly goes before the others,
 * and what differs in nothing but its Unicode composition is found where it is the only one. All paths of a client share what it knows of the folders:
 * a folder that was seen once is found again without a call, as long as the server does not say that it is gone or has
 * another name. What another program moves elsewhere, with what lies in it, is still found where it was.
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
   * @throws {TypeError} it is empty, `.` or `..`, or holds a slash
   */
  child(name: string): RemotePath {
    requireName(name);
    return new RemotePath(this.#context, [...this.#names, name]);
  }

  /**
   * The folder or file at this path. A folder comes before a file of the same name, the newest file before others of its
   * name. One call for each folder on the way that is not known yet; files are looked up every time.
   * @throws {NotFoundError} `missingSegment` is the first name that is not there
   */
  async resolve(options: CallOptions = {}): Promise<PathTarget> {
    return this.#context.lookup.find(this.#names, options);
  }

  /**
   * As `resolve`, and what the server says of it now.
   * @throws {NotFoundError} `missingSegment` is the first name that is not there
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
   * @throws {NotFoundError} there is no such folder; `missingSegment` is the first name that is not there
   */
  async list(options: CallOptions = {}): Promise<FolderListing & { files: FileEntry[] }> {
    const listing = await this.#context.lookup.listing(this.#names, { ...options, withFiles: true });
    return { ...listing, files: listing.files ?? [] };
  }

  /**
   * Makes the folder and those above it, where they are not there yet; answers its id. Somebody else may do the same at
   * the same time.
   * @throws {ConflictError} something else stands in the way
   * @throws {BadRequestError} a name the server does not allow
   */
  async ensureFolder(options: CallOptions = {}): Promise<number> {
    return this.#context.lookup.ensure(this.#names, options);
  }

  /**
   * Sends files into this folder, which is made where it is missing, in one upload under the names of the sources.
   * That the folder is still there is asked for before: a server puts files of an unknown folder into the root.
   * @throws {UploadFailedError} and the others of `uploads.send`
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
   * Removes the file, or the folder when it is empty. Of several files of this name the newest goes.
   * @throws {NotFoundError} `missingSegment` is the first name that is not there
   * @throws {ConflictError} the folder is not empty
   * @throws {TypeError} for the root
   */
  async remove(options: CallOptions = {}): Promise<void> {
    if (this.#names.length === 0) throw new TypeError("The root cannot be removed.");
    const { folders, files } = this.#context;
    // Asked for anew: what is remembered may have another name by now.
    const target = await this.stat(options);
    if (target.kind === "file") await files.remove([target.file.url], options);
    else await folders.remove(target.id, options);
  }

  /**
   * This folder and all below it with their files, each before what it holds; one call for each, made as they are asked
   * for. `path` of each is the names below this one.
   * @throws {NotFoundError} there is no such folder, or one went away meanwhile
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
