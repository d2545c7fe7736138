import type { EndpointName } from "@consigne/contract";
import { type CivilTimes, frenchTimes } from "@consigne/contract/civil-time";
import type { ApiCaller, CallAnswer, CallOptions, CallRequest, PathCallOptions } from "../calls/api-caller.ts";
import { isNotFoundError } from "../error-guards.ts";
import { toFolderListing } from "../resources/folder-listing.ts";
import { fieldsOf, findNumber, findText, readNumber } from "../resources/wire-values.ts";
import { type FolderTree, ROOT_ID } from "./folder-tree.ts";

/** Keeps a folder tree up to date from the calls that pass through: listings, and the client's own changes. */
export class TreeKeepingCaller implements ApiCaller {
  readonly #inner: ApiCaller;
  readonly #tree: FolderTree;

  readonly times: () => Promise<CivilTimes>;

  constructor(inner: ApiCaller, tree: FolderTree, times: () => Promise<CivilTimes>) {
    this.#inner = inner;
    this.#tree = tree;
    this.times = times;
  }

  async call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options: CallOptions = {},
  ): Promise<CallAnswer<Name>> {
    const fields = fieldsOf(body);
    const changesBefore = this.#tree.changes;
    const id = findNumber(fields["folder_id"]) ?? ROOT_ID;
    const place = this.#tree.place(id);
    // Whatever the result of the call, the folder may be elsewhere from now on.
    if (name === "folderMv" || name === "folderRm") this.#tree.forget(id);
    // Any number of folders may be elsewhere.
    if (changesAnyFolder(name)) this.#tree.forgetAll();
    try {
      const answer = await this.#inner.call(name, body, options);
      if (name === "folderLs" && changesBefore === this.#tree.changes) this.#noteListing(id, fields, answer);
      if (name === "folderMkdir") this.#noteCreation(id, fields, answer);
      if (name === "folderMv" && place !== undefined) this.#noteMove(id, fields, place);
      if (name === "folderRm") this.#tree.forget(id);
      if (changesAnyFolder(name)) this.#tree.forgetAll();
      return answer;
    } catch (error) {
      if ((name === "folderLs" || name === "folderMkdir") && isNotFoundError(error)) this.#tree.forget(id);
      throw error;
    }
  }

  async callPath(path: string, body: object, options?: PathCallOptions): Promise<Record<string, unknown>> {
    this.#tree.forgetAll();
    try {
      return await this.#inner.callPath(path, body, options);
    } finally {
      this.#tree.forgetAll();
    }
  }

  noteChange(folderId: number): void {
    this.#inner.noteChange?.(folderId);
  }

  #noteListing(id: number, fields: Record<string, unknown>, answer: object): void {
    // Somebody else's root.
    if (findText(fields["sharing_user"]) !== undefined) return;
    const { folders } = toFolderListing(fieldsOf(answer), id, frenchTimes);
    // Folders that others share are listed beside one's own, and may have the same name.
    const isOwn = ({ owner }: { owner: string | undefined }): boolean => owner === undefined;
    this.#tree.learn(id, [...folders.filter(isOwn), ...folders.filter((folder) => !isOwn(folder))]);
  }

  #noteCreation(parentId: number, fields: Record<string, unknown>, answer: object): void {
    const id = readNumber(fieldsOf(answer)["folder_id"]);
    const name = findText(fieldsOf(answer)["name"]) ?? findText(fields["name"]);
    if (id === ROOT_ID || name === undefined || findText(fields["sharing_user"]) !== undefined) return;
    this.#tree.put(id, { parentId, name });
  }

  #noteMove(id: number, fields: Record<string, unknown>, before: { parentId: number; name: string }): void {
    this.#tree.forget(id);
    if (fields["destination_user"] !== undefined) return;
    const parentId = findNumber(fields["destination_folder_id"]) ?? before.parentId;
    this.#tree.put(id, { parentId, name: findText(fields["rename"]) ?? before.name });
  }
}

const changesAnyFolder = (name: EndpointName): boolean => name === "batchChange" || name === "trashRestore";
