import type { CallOptions } from "../calls/api-caller.ts";
import { isConflictError, isNotFoundError } from "../error-guards.ts";
import { NotFoundError } from "../errors.ts";
import { isSameName, meantBy, entriesNamed, writtenName } from "@consigne/contract/remote-names";
import type { FileEntry } from "../resources/file-entry.ts";
import type { FolderListing } from "../resources/folder-listing.ts";
import type { Folders } from "../resources/folders.ts";
import { type FolderTree, ROOT_ID } from "./folder-tree.ts";
import { pathOfNames } from "./path-names.ts";

/** What a path leads to. */
export type PathTarget =
  | { kind: "folder"; id: number }
  /** `folderId` is the folder the file is in. */
  | { kind: "file"; file: FileEntry; folderId: number };

type ListingOptions = CallOptions & { withFiles?: boolean | undefined };

/** How a folder was found: in the memory of the client, or on the server just now. */
interface FoundFolder {
  id: number;
  isRemembered: boolean;
}

/** Finds and creates what paths name, with one listing for each part that is not known yet. */
export class PathLookup {
  readonly #folders: Folders;
  readonly #tree: FolderTree;

  constructor(folders: Folders, tree: FolderTree) {
    this.#folders = folders;
    this.#tree = tree;
  }

  /** @throws {NotFoundError} with the first name that does not exist */
  async find(names: readonly string[], options: CallOptions): Promise<PathTarget> {
    const known = this.#tree.find(names);
    if (known !== undefined) return { kind: "folder", id: known };
    const name = names.at(-1) ?? "";
    const listing = await this.listing(names.slice(0, -1), { ...options, withFiles: true });
    const id = childOf(listing, name, meantBy);
    if (id !== undefined) return { kind: "folder", id };
    const file = newest(meantBy(listing.files ?? [], name));
    if (file === undefined) throw missing(names, names.length - 1);
    return { kind: "file", file, folderId: listing.id };
  }

  /**
   * The listing of a folder. If the remembered id is gone, or belongs to a folder with another name by now, the path is
   * looked up once more.
   * @throws {NotFoundError} with the first name that does not exist
   */
  async listing(names: readonly string[], options: ListingOptions): Promise<FolderListing> {
    const { withFiles: _, ...callOptions } = options;
    const folder = await this.#folderAt(names, callOptions);
    try {
      return await this.#listed(names, folder, options);
    } catch (error) {
      if (!isNotFoundError(error) || names.length === 0) throw error;
      this.#tree.forgetPath(names);
      if (!folder.isRemembered) throw missing(names, names.length - 1, error);
    }
    return this.#folders.get((await this.#folderAt(names, callOptions)).id, options);
  }

  /** Creates what is missing of a path; returns the id of its end, which certainly exists now. */
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
      // A remembered part of the path is gone, or was removed just now.
      this.#tree.forgetPath(names);
      return this.#make(names, options);
    }
  }

  async #folderAt(names: readonly string[], options: CallOptions): Promise<FoundFolder> {
    let at: FoundFolder = { id: ROOT_ID, isRemembered: false };
    let isAnyRemembered = false;
    for (const [depth, name] of names.entries()) {
      const above = names.slice(0, depth);
      let id = this.#tree.child(at.id, name);
      const isRemembered = id !== undefined;
      try {
        id ??= childOf(await this.#listed(above, at, options), name, meantBy);
      } catch (error) {
        if (!isNotFoundError(error) || depth === 0) throw error;
        this.#tree.forgetPath(above);
        if (!isAnyRemembered) throw missing(names, depth - 1, error);
        return this.#folderAt(names, options);
      }
      if (id === undefined) throw missing(names, depth);
      isAnyRemembered ||= isRemembered;
      at = { id, isRemembered };
    }
    return at;
  }

  /** @throws {NotFoundError} it is gone, or it was remembered and has another name by now */
  async #listed(names: readonly string[], folder: FoundFolder, options: ListingOptions): Promise<FolderListing> {
    const listing = await this.#folders.get(folder.id, options);
    const isRenamed = names.length > 0 && listing.name !== "" && !isSameName(listing.name, names.at(-1) ?? "");
    if (folder.isRemembered && isRenamed) throw missing(names, names.length - 1);
    return listing;
  }

  async #make(names: readonly string[], options: CallOptions): Promise<number> {
    let at: FoundFolder = { id: ROOT_ID, isRemembered: false };
    let isNew = false;
    for (const [depth, name] of names.entries()) {
      const known = this.#tree.child(at.id, name);
      const found: number | undefined =
        known ??
        (isNew ? undefined : childOf(await this.#listed(names.slice(0, depth), at, options), name, entriesNamed));
      isNew = found === undefined;
      at = { id: found ?? (await this.#create(at.id, name, options)), isRemembered: known !== undefined };
    }
    return at.id;
  }

  /** Somebody else may make the same folder at the same time. */
  async #create(parentId: number, given: string, options: CallOptions): Promise<number> {
    const name = writtenName(given);
    try {
      return (await this.#folders.create(name, { ...options, parentId })).id;
    } catch (error) {
      if (!isConflictError(error)) throw error;
      const found = childOf(await this.#folders.get(parentId, { ...options, isFresh: true }), name, entriesNamed);
      if (found === undefined) throw error;
      return found;
    }
  }
}

/** Own folders before shared ones. Looking up is more lenient than creating. */
function childOf(
  listing: FolderListing,
  name: string,
  choose: typeof meantBy | typeof entriesNamed,
): number | undefined {
  const named = choose(listing.folders, name);
  return (named.find(({ owner }) => owner === undefined) ?? named[0])?.id;
}

/** A folder may hold several files of one name. */
function newest(files: readonly FileEntry[]): FileEntry | undefined {
  return files.toSorted((a, b) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0))[0];
}

function missing(names: readonly string[], depth: number, cause?: NotFoundError): NotFoundError {
  const name = names[depth] ?? "";
  const above = pathOfNames(names.slice(0, depth));
  const messageText = `${pathOfNames(names)} does not exist: there is no ${JSON.stringify(name)} in ${above}`;
  const refusal = { endpoint: "folder.ls", status: 404, messageText, requestId: cause?.requestId };
  return new NotFoundError(refusal, name);
}
