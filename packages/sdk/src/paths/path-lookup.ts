import type { CallOptions } from "../calls/api-caller.ts";
import { isConflictError, isNotFoundError } from "../error-guards.ts";
import { NotFoundError } from "../errors.ts";
import type { FileEntry } from "../resources/file-entry.ts";
import type { FolderListing } from "../resources/folder-listing.ts";
import type { Folders } from "../resources/folders.ts";
import { type FolderTree, ROOT_ID } from "./folder-tree.ts";
import { pathOfNames } from "./path-names.ts";

/** What stands at a path. */
export type PathTarget =
  | { kind: "folder"; id: number }
  /** `folderId` is that of the folder it lies in. */
  | { kind: "file"; file: FileEntry; folderId: number };

/** What a folder was found by: the memory of the client, or the server just now. */
interface FoundFolder {
  id: number;
  isRemembered: boolean;
}

/** Finds and makes what paths name, one listing for each part that is not known yet. */
export class PathLookup {
  readonly #folders: Folders;
  readonly #tree: FolderTree;

  constructor(folders: Folders, tree: FolderTree) {
    this.#folders = folders;
    this.#tree = tree;
  }

  /** @throws {NotFoundError} with the first name that is not there */
  async find(names: readonly string[], options: CallOptions): Promise<PathTarget> {
    const known = this.#tree.find(names);
    if (known !== undefined) return { kind: "folder", id: known };
    const name = names.at(-1) ?? "";
    return this.inFolder(names.slice(0, -1), options, async (parentId) => {
      const listing = await this.#folders.get(parentId, { ...options, withFiles: true });
      const id = childOf(listing, name);
      if (id !== undefined) return { kind: "folder", id };
      const file = newest((listing.files ?? []).filter((each) => each.name === name));
      if (file === undefined) throw missing(names, names.length - 1);
      return { kind: "file", file, folderId: parentId };
    });
  }

  /**
   * Does something with the folder at a path. When the remembered id leads nowhere, the path is looked up once more.
   * @throws {NotFoundError} with the first name that is not there
   */
  async inFolder<Answer>(
    names: readonly string[],
    options: CallOptions,
    act: (id: number) => Promise<Answer>,
  ): Promise<Answer> {
    const { id, isRemembered } = await this.#folderAt(names, options);
    try {
      return await act(id);
    } catch (error) {
      if (!isNotFoundError(error) || error.missingSegment !== undefined || names.length === 0) throw error;
      this.#tree.forgetPath(names);
      if (!isRemembered) throw missing(names, names.length - 1, error);
    }
    return act((await this.#folderAt(names, options)).id);
  }

  /** The listing of a folder that still has the name it is known by. */
  async listing(
    names: readonly string[],
    options: CallOptions & { withFiles?: boolean | undefined },
  ): Promise<FolderListing> {
    return this.inFolder(names, options, async (id) => {
      const listing = await this.#folders.get(id, options);
      const isRenamed = names.length > 0 && listing.name !== "" && listing.name !== names.at(-1);
      if (!isRenamed) return listing;
      this.#tree.forgetPath(names);
      return this.#folders.get((await this.#folderAt(names, options)).id, options);
    });
  }

  /** Makes what is missing of a path; answers the id of its end, which is certain to be there now. */
  async ensure(names: readonly string[], options: CallOptions): Promise<number> {
    if (names.length === 0) return ROOT_ID;
    if (this.#tree.find(names) !== undefined) {
      try {
        return (await this.listing(names, options)).id;
      } catch (error) {
        if (!isNotFoundError(error)) throw error;
      }
    }
    try {
      return await this.#make(names, options);
    } catch (error) {
      if (!isNotFoundError(error)) throw error;
      // A remembered part of the way is gone, or went just now.
      this.#tree.forgetPath(names);
      return this.#make(names, options);
    }
  }

  async #folderAt(names: readonly string[], options: CallOptions): Promise<FoundFolder> {
    const known = this.#tree.find(names);
    if (known !== undefined) return { id: known, isRemembered: true };
    let from = ROOT_ID;
    let isRemembered = false;
    for (const [depth, name] of names.entries()) {
      const step = this.#tree.child(from, name);
      isRemembered ||= step !== undefined;
      try {
        const found = step ?? childOf(await this.#folders.get(from, options), name);
        if (found === undefined) throw missing(names, depth);
        from = found;
      } catch (error) {
        if (!isNotFoundError(error) || depth === 0 || error.missingSegment !== undefined) throw error;
        this.#tree.forgetPath(names.slice(0, depth));
        if (!isRemembered) throw missing(names, depth - 1, error);
        return this.#folderAt(names, options);
      }
    }
    return { id: from, isRemembered };
  }

  async #make(names: readonly string[], options: CallOptions): Promise<number> {
    let parentId = ROOT_ID;
    let isNew = false;
    for (const name of names) {
      const known = this.#tree.child(parentId, name);
      const found: number | undefined =
        known ?? (isNew ? undefined : childOf(await this.#folders.get(parentId, options), name));
      isNew = found === undefined;
      parentId = found ?? (await this.#create(parentId, name, options));
    }
    return parentId;
  }

  /** Somebody else may make the same folder at the same time. */
  async #create(parentId: number, name: string, options: CallOptions): Promise<number> {
    try {
      return (await this.#folders.create(name, { ...options, parentId })).id;
    } catch (error) {
      if (!isConflictError(error)) throw error;
      const found = childOf(await this.#folders.get(parentId, { ...options, isFresh: true }), name);
      if (found === undefined) throw error;
      return found;
    }
  }
}

/** One's own before what somebody shares. */
function childOf(listing: FolderListing, name: string): number | undefined {
  const named = listing.folders.filter((folder) => folder.name === name);
  return (named.find(({ owner }) => owner === undefined) ?? named[0])?.id;
}

/** A folder may hold several files of one name. */
function newest(files: readonly FileEntry[]): FileEntry | undefined {
  return files.toSorted((a, b) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0))[0];
}

function missing(names: readonly string[], depth: number, cause?: NotFoundError): NotFoundError {
  const name = names[depth] ?? "";
  const above = pathOfNames(names.slice(0, depth));
  const messageText = `${pathOfNames(names)} is not there: ${above} holds no ${JSON.stringify(name)}`;
  const refusal = { endpoint: "folder.ls", status: 404, messageText, requestId: cause?.requestId };
  return new NotFoundError(refusal, name);
}
