import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { timesOf } from "../calls/server-times.ts";
import { type AccessRules, toWireRules } from "./access-rules.ts";
import { type FileDescription, toFileDescription } from "./file-description.ts";
import { type FileEntry, toFileEntry } from "./file-entry.ts";
import { inBatches } from "./in-batches.ts";
import { asListing, type Listing } from "./listing.ts";
import { fileAsked } from "./place-address.ts";
import { goneIsDone, namedIsDone } from "./repeated-calls.ts";
import { fieldsOf, findDate, findNumber, findText, flagOf, present, readList, readText } from "./wire-values.ts";

export interface ListFilesOptions extends CallOptions {
  /** Only files received after this. */
  sentAfter?: Date | undefined;
  /** Only files received before this. */
  sentBefore?: Date | undefined;
  /** E-mail address of the owner of a shared root; used only for folder 0. */
  sharingUser?: string | undefined;
}

/** A file by its link, or by its folder and exact name if the folder was shared without links. */
export type FileReference = string | { folderId: number; name: string; sharingUser?: string | undefined };

/** A link with its removal code, for files that belong to no account; or the link of a file of the account. */
export type FileToRemove = string | { url: string; code?: string | undefined };

/** Attributes that are absent stay as they are. */
export interface FileAttributes {
  /** For a single file. */
  name?: string | undefined;
  /** Note, up to 4,000 characters; "" removes it. */
  description?: string | undefined;
  /** Password of the link, at least 6 characters; "" removes it. */
  password?: string | undefined;
  allowsPlainHttp?: boolean | undefined;
  /** Shown by the browser instead of saved. */
  isInline?: boolean | undefined;
  /** Pay CDN credits for it. */
  usesCdn?: boolean | undefined;
  /** Who may download; `null` lifts the restriction. */
  access?: AccessRules | null | undefined;
}

/** The result of a virus scan. A file with a virus is removed by the server. */
export interface ScanResult {
  scannedAt: Date | undefined;
  message: string | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** Files of the account, and links of other people's files where the call allows it. */
export class Files {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /**
   * The files of a folder, without those below it; 0 is the root. 1fichier.com lists at most 5,000 and has no paging.
   * It allows one listing of a folder in 30 s: within that time the answer comes from memory, or the call waits if this
   * client has changed something in the folder.
   * @throws {NotFoundError} no such folder
   */
  list(folderId = 0, options: ListFilesOptions = {}): Listing<FileEntry> {
    return asListing(this.#list(folderId, options));
  }

  async #list(folderId: number, options: ListFilesOptions): Promise<FileEntry[]> {
    const { sentAfter, sentBefore, sharingUser, ...callOptions } = options;
    const isByTime = sentAfter !== undefined || sentBefore !== undefined;
    const asked = isByTime ? await timesOf(this.#caller) : undefined;
    const body = present({
      folder_id: folderId,
      sent_after: sentAfter && asked?.toWire(sentAfter),
      sent_before: sentBefore && asked?.toWire(sentBefore),
      sharing_user: sharingUser,
    });
    const answer = await this.#caller.call("fileLs", body, callOptions);
    const times = asked ?? (await timesOf(this.#caller));
    return readList(fieldsOf(answer)["items"]).map((each) => toFileEntry(each, times));
  }

  /** Every file of the account; on 1fichier.com at most 5,000, once an hour. */
  listAll(options: Omit<ListFilesOptions, "sharingUser"> = {}): Listing<FileEntry> {
    return this.list(-1, options);
  }

  /**
   * @throws {NotFoundError} no such file
   * @throws {WrongPasswordError} the link asks for a password
   */
  async info(
    file: FileReference,
    options: CallOptions & { password?: string | undefined } = {},
  ): Promise<FileDescription> {
    const { password, ...callOptions } = options;
    const body = present({ ...referenceFields(file), pass: password });
    const answer = await this.#caller.call("fileInfo", body, callOptions);
    return toFileDescription(fieldsOf(answer), await timesOf(this.#caller));
  }

  /**
   * Removes files; returns how many. More than 1,000 are sent in several calls.
   * @throws {NotFoundError} one does not exist; our servers then removed none of that call
   */
  async remove(files: readonly FileToRemove[], options: CallOptions = {}): Promise<number> {
    const answers = await inBatches(files, async (batch) => {
      const entries = batch.map((file) => (typeof file === "string" ? { url: file } : present(file)));
      const answer = await goneIsDone(this.#caller.call("fileRm", { files: entries }, options));
      return countOf(answer?.removed, batch);
    });
    return sum(answers);
  }

  /**
   * Moves files to a folder; their links stay the same. `name` renames a single file. Returns how many were moved.
   * @throws {NotFoundError} a file or the folder does not exist
   */
  async move(
    urls: readonly string[],
    to: { toFolderId: number; name?: string | undefined; toUser?: string | undefined },
    options: CallOptions = {},
  ): Promise<number> {
    const answers = await inBatches(urls, async (batch) => {
      const body = present({
        urls: batch,
        destination_folder_id: to.toFolderId,
        destination_user: to.toUser,
        rename: to.name,
      });
      const answer = await namedIsDone(this.#caller.call("fileMv", body, options));
      return countOf(answer?.moved, batch);
    });
    return sum(answers);
  }

  /**
   * Renames files; returns how many changed.
   * @throws {BadRequestError} number 312: they all have these names already
   */
  async rename(files: readonly { url: string; name: string }[], options: CallOptions = {}): Promise<number> {
    const answers = await inBatches(files, async (batch) => {
      const urls = batch.map(({ url, name }) => ({ url, filename: name }));
      const answer = await namedIsDone(this.#caller.call("fileRename", { urls }, options));
      return countOf(answer?.renamed, batch);
    });
    return sum(answers);
  }

  /**
   * Copies files, your own or other people's, into a folder of the account without sending bytes. A copy has its own
   * link. `name` renames a single file.
   */
  async copy(
    urls: readonly string[],
    to: {
      toFolderId?: number | undefined;
      name?: string | undefined;
      password?: string | undefined;
      sharingUser?: string | undefined;
    } = {},
    options: CallOptions = {},
  ): Promise<{ from: string; to: string }[]> {
    const answers = await inBatches(urls, async (batch) => {
      const body = present({
        urls: batch,
        folder_id: to.toFolderId ?? 0,
        pass: to.password,
        sharing_user: to.sharingUser,
        rename: to.name,
      });
      return fieldsOf(await this.#caller.call("fileCp", body, options));
    });
    return answers
      .flatMap((answer) => readList(answer["urls"]))
      .map((copied) => ({ from: readText(copied["from_url"]), to: readText(copied["to_url"]) }));
  }

  /** Changes attributes of files; returns how many changed. */
  async setAttributes(urls: readonly string[], changes: FileAttributes, options: CallOptions = {}): Promise<number> {
    const attributes = present({
      filename: changes.name,
      description: changes.description,
      pass: changes.password,
      no_ssl: flagOf(changes.allowsPlainHttp),
      inline: flagOf(changes.isInline),
      cdn: flagOf(changes.usesCdn),
      acl: changes.access === undefined ? undefined : toWireRules(changes.access),
    });
    const answers = await inBatches(urls, async (batch) => {
      const answer = await this.#caller.call("fileChattr", { urls: batch, ...attributes }, options);
      return countOf(answer.updated, batch);
    });
    return sum(answers);
  }

  /** Has the server scan a file below 5 GB for viruses; it keeps the result for six hours. */
  async scan(url: string, options: CallOptions = {}): Promise<ScanResult> {
    const raw = fieldsOf(await this.#caller.call("fileScan", { url }, options));
    return { scannedAt: findDate(raw["date"], await timesOf(this.#caller)), message: findText(raw["message"]), raw };
  }
}

function referenceFields(file: FileReference) {
  return typeof file === "string"
    ? fileAsked(file)
    : present({ folder_id: file.folderId, filename: file.name, sharing_user: file.sharingUser });
}

/** Servers that give no count have done all of it. */
const countOf = (count: unknown, batch: readonly unknown[]): number => findNumber(count) ?? batch.length;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
