import { parseFileLink } from "@consigne/contract/links";
import { isApiError } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { piecesOf } from "../sync/trees/pieces.ts";
import { LINKS_PER_CALL } from "../sync/trees/remote-store.ts";
import type { Server } from "./find-remote.ts";

/** A server removes a folder with everything in it in steps, and answers at the end. */
const WHOLE_FOLDER_MS = 15 * 60_000;
const NOT_FOUND = 404;
const FULL = 507;

export interface FolderToRemove {
  readonly id: number;
  readonly path: string;
  /** Files and folders, including itself. */
  readonly itemCount: number;
  /** The folder and its subfolders, deepest first, with the links of their files. */
  readonly parts: readonly { readonly id: number; readonly path: string; readonly urls: readonly string[] }[];
}

interface FileToRemove {
  readonly url: string;
  readonly path: string;
}

interface RemovalInput {
  readonly server: Server;
  readonly isDryRun: boolean;
  /** Called for everything that is removed, or would be; for folders with the number of files that were not named. */
  say(kind: "file" | "folder", path: string, files?: number): void;
}

/**
 * Removes files, and folders with everything in them. If the server has a trash, each named thing is one entry in it,
 * and is restored as one. A list, for example from `find`, may contain a folder and its contents: each thing is removed
 * once.
 */
export class Removal {
  /** Links of the removed files and ids of the removed folders. */
  readonly goneFiles = new Set<string>();
  readonly goneFolders = new Set<number>();
  /** What has its own entry in the trash: ids of files and folders, with the number of entries known to be in them. */
  readonly entries = new Map<string | number, number>();
  readonly #server: Server;
  readonly #isDryRun: boolean;
  readonly #say: RemovalInput["say"];

  constructor({ server, isDryRun, say }: RemovalInput) {
    this.#server = server;
    this.#isDryRun = isDryRun;
    this.#say = say;
  }

  async run({ files, folders }: { files: readonly FileToRemove[]; folders: readonly FolderToRemove[] }): Promise<void> {
    const named = [...new Map(files.map((file) => [file.url, file])).values()];
    if (folders.length > 0 && !this.#isDryRun && (await this.#keepsTrash())) await this.#removeWhole(named, folders);
    else await this.#removeOneByOne(named, folders);
  }

  async #removeWhole(named: readonly FileToRemove[], folders: readonly FolderToRemove[]): Promise<void> {
    const tops = topsOf(folders);
    const inFolders = new Set(tops.flatMap(({ parts }) => parts.flatMap(({ urls }) => urls)));
    await this.#removeFiles(named.filter(({ url }) => !inFolders.has(url)));
    const said = new Set(named.map(({ url }) => url));
    const along = named.filter(({ url }) => inFolders.has(url));
    for (const top of tops) {
      await this.#removeFolder(top);
      for (const { id, path, urls } of top.parts) {
        for (const url of urls) this.goneFiles.add(url);
        this.goneFolders.add(id);
        this.#say("folder", path, urls.filter((url) => !said.has(url)).length);
      }
      this.entries.set(top.id, top.itemCount);
    }
    for (const { path } of along) this.#say("file", path);
  }

  /**
   * An earlier answer may have been lost: what no longer exists counts as removed.
   * @throws {CliError} the server's refusal
   */
  async #removeFolder({ id, path }: FolderToRemove): Promise<void> {
    const { client, signal } = this.#server;
    const change = { folderId: id, remove: true, withContents: true } as const;
    const [changed] = await client.entries.change([change], { signal, timeoutMs: WHOLE_FOLDER_MS });
    const error = changed?.error;
    if (error === undefined || error.status === NOT_FOUND) return;
    const exitCode = error.status === FULL ? exitCodes.quota : exitCodes.failure;
    throw new CliError("refused", `${visible(path)}: ${visible(error.message)}`, { exitCode });
  }

  async #removeOneByOne(named: readonly FileToRemove[], folders: readonly FolderToRemove[]): Promise<void> {
    const { client, signal } = this.#server;
    await this.#removeFiles(named);
    for (const { id, path, urls } of folders.flatMap(({ parts }) => parts)) {
      if (this.goneFolders.has(id)) continue;
      const left = urls.filter((url) => !this.goneFiles.has(url));
      if (!this.#isDryRun && left.length > 0) await client.files.remove(left, { signal });
      for (const url of left) this.#noteFile(url);
      if (!this.#isDryRun) await client.folders.remove(id, { signal });
      this.goneFolders.add(id);
      this.entries.set(id, 1);
      this.#say("folder", path, left.length);
    }
  }

  async #removeFiles(files: readonly FileToRemove[]): Promise<void> {
    const { client, signal } = this.#server;
    for (const piece of piecesOf(files, LINKS_PER_CALL)) {
      const urls = piece.map(({ url }) => url);
      if (!this.#isDryRun) await client.files.remove(urls, { signal });
      for (const url of urls) this.#noteFile(url);
      for (const { path } of piece) this.#say("file", path);
    }
  }

  #noteFile(url: string): void {
    this.goneFiles.add(url);
    this.entries.set(parseFileLink(url)?.id ?? url, 1);
  }

  /**
   * Without a trash, only what was confirmed is removed: anything that somebody adds meanwhile could not be restored.
   */
  async #keepsTrash(): Promise<boolean> {
    const { client, signal } = this.#server;
    if ((await client.about())?.extensions.includes("trash") !== true) return false;
    try {
      return (await client.trash.page({ limit: 1, signal })).days > 0;
    } catch (error) {
      if (isApiError(error)) return false;
      throw error;
    }
  }
}

/** Those that are not inside another one. */
function topsOf(folders: readonly FolderToRemove[]): FolderToRemove[] {
  const distinct = [...new Map(folders.map((each) => [each.id, each])).values()];
  const below = new Set(distinct.flatMap(({ id, parts }) => parts.map((part) => part.id).filter((one) => one !== id)));
  return distinct.filter(({ id }) => !below.has(id));
}
