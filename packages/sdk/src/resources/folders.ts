import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { timesOf } from "../calls/server-times.ts";
import { type FolderListing, toFolderListing } from "./folder-listing.ts";
import { goneIsDone } from "./repeated-calls.ts";
import { fieldsOf, flagOf, present, readNumber, readText } from "./wire-values.ts";

export interface GetFolderOptions extends CallOptions {
  /** Include the files, in the same call. */
  withFiles?: boolean | undefined;
  /** E-mail address of the owner of a shared root; used only for folder 0. */
  sharingUser?: string | undefined;
}

/** A folder found on a walk. */
export interface WalkedFolder extends FolderListing {
  /** Names from the start of the walk; empty for the start itself. */
  path: string[];
}

/** Folders of the account. Ids are numbers, 0 is the root. */
export class Folders {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** @throws {NotFoundError} no such folder */
  async get(id = 0, options: GetFolderOptions = {}): Promise<FolderListing> {
    const { withFiles, sharingUser, ...callOptions } = options;
    const body = present({
      folder_id: id,
      files: flagOf(withFiles === true ? true : undefined),
      sharing_user: sharingUser,
    });
    const answer = await this.#caller.call("folderLs", body, callOptions);
    return toFolderListing(fieldsOf(answer), id, await timesOf(this.#caller));
  }

  /**
   * Creates a folder with exactly this name, of up to 1,024 bytes. 1fichier.com rejects `"`, `'`, `` ` ``, `\`, `<`,
   * `>`, `$` and blanks at either end; `toRemoteName` gives a name that every server accepts, and paths (`client.at`)
   * use that one.
   * @throws {ConflictError} there is a folder of that name
   * @throws {NotFoundError} no folder `parentId`
   */
  async create(
    name: string,
    options: CallOptions & { parentId?: number | undefined; sharingUser?: string | undefined } = {},
  ): Promise<{ id: number; name: string }> {
    const { parentId, sharingUser, ...callOptions } = options;
    const body = present({ name, folder_id: parentId ?? 0, sharing_user: sharingUser });
    const answer = fieldsOf(await this.#caller.call("folderMkdir", body, callOptions));
    return { id: readNumber(answer["folder_id"]), name: readText(answer["name"]) || name };
  }

  /**
   * Moves a folder, renames it, or both.
   * @throws {ConflictError} the name is taken there, or the folder would be moved into itself
   */
  async move(
    id: number,
    to: { toFolderId?: number | undefined; name?: string | undefined; toUser?: string | undefined },
    options: CallOptions = {},
  ): Promise<void> {
    const body = present({
      folder_id: id,
      destination_folder_id: to.toFolderId,
      destination_user: to.toUser,
      rename: to.name,
    });
    await this.#caller.call("folderMv", body, options);
  }

  /** @throws {ConflictError} it is not empty */
  async remove(id: number, options: CallOptions = {}): Promise<void> {
    await goneIsDone(this.#caller.call("folderRm", { folder_id: id }, options));
  }

  /** A folder and everything below it, each before its contents; one call for each, made when it is needed. */
  async *walk(id = 0, options: GetFolderOptions = {}): AsyncGenerator<WalkedFolder, void, undefined> {
    const pending: { id: number; path: string[] }[] = [{ id, path: [] }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { path } = next;
      const listing = await this.get(next.id, options);
      yield { ...listing, path };
      pending.push(...listing.folders.toReversed().map((each) => ({ id: each.id, path: [...path, each.name] })));
    }
  }
}
