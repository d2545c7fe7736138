import { parseDirectoryLink } from "@consigne/contract/links";
import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import type { PublicPages } from "../calls/public-pages.ts";
import type { FolderShare } from "./folder-listing.ts";
import { asListing, type Listing } from "./listing.ts";
import {
  fieldsOf,
  findNumber,
  findText,
  flagOf,
  present,
  readFlag,
  readList,
  readNumber,
  readText,
} from "./wire-values.ts";

/** A file on the public page of a folder. */
export interface PublicFile {
  /** Link of the file. */
  url: string;
  name: string;
  sizeBytes: number;
  hasPassword: boolean;
  /** An access list restricts who may download. */
  isRestricted: boolean;
  raw: Readonly<Record<string, unknown>>;
}

/** A folder below the one of a public page. */
export interface PublicFolder {
  /** URL of its own page, for `publicListing` and `publicFolders`. */
  url: string;
  id: number;
  name: string;
  raw: Readonly<Record<string, unknown>>;
}

/** A person that a folder is shared with. */
export interface FolderPerson extends FolderShare {
  date: Date;
}

/** A folder that somebody else shares with the caller. */
export interface ReceivedFolder {
  folderId: number;
  name: string;
  /** E-mail address of its owner. */
  owner: string;
  canWrite: boolean;
  /** Files in it are addressed by folder and name, not by links. */
  hidesLinks: boolean;
  /** When it was shared. */
  date: Date;
  /** Of the files directly in it. */
  sizeBytes: number;
  fileCount: number;
  folderCount: number;
}

/** Public pages of folders, and folders shared with other accounts. */
export class Shares {
  readonly #caller: ApiCaller;
  readonly #pages: PublicPages;

  constructor(caller: ApiCaller, pages: PublicPages) {
    this.#caller = caller;
    this.#pages = pages;
  }

  /**
   * Gives a folder a public page; returns its URL.
   * @param options.password at least 6 characters; "" removes the current one
   * @throws {NotFoundError} no such folder
   */
  async publish(folderId: number, options: CallOptions & { password?: string | undefined } = {}): Promise<string> {
    const { password, ...callOptions } = options;
    const body = present({ folder_id: folderId, share: 1 as const, pass: password });
    return readText(fieldsOf(await this.#caller.call("folderShare", body, callOptions))["url"]);
  }

  /** Removes the public page of a folder. */
  async withdraw(folderId: number, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("folderShare", { folder_id: folderId, share: 0 }, options);
  }

  /** Shares a folder with exactly these accounts; an empty list ends all sharing. The public page stays as it is. */
  async setShares(
    folderId: number,
    shares: readonly { email: string; canWrite?: boolean; hidesLinks?: boolean }[],
    options: CallOptions = {},
  ): Promise<void> {
    const entries = shares.map(({ email, canWrite, hidesLinks }) => ({
      email,
      rw: canWrite === true ? (1 as const) : (0 as const),
      hide_links: hidesLinks === true ? (1 as const) : (0 as const),
    }));
    await this.#caller.call("folderShare", { folder_id: folderId, shares: entries }, options);
  }

  /** The people a folder is shared with, by address. Consigne servers only. @throws {NotFoundError} no such folder */
  async people(folderId: number, options: CallOptions = {}): Promise<FolderPerson[]> {
    return (await this.#caller.call("sharePeople", { folder_id: folderId }, options)).people.map(toPerson);
  }

  /**
   * Shares a folder with one more person, or changes that person's rights; returns everybody it is shared with.
   * Consigne servers only.
   * @param rights reading, unless it says otherwise; somebody who sees no links cannot write
   * @throws {NotFoundError} no such folder
   */
  async grant(
    folderId: number,
    email: string,
    { canWrite = false, hidesLinks = false }: { canWrite?: boolean; hidesLinks?: boolean } = {},
    options: CallOptions = {},
  ): Promise<FolderPerson[]> {
    const rights = present({ rw: flagOf(canWrite), hide_links: flagOf(hidesLinks) });
    return (await this.#caller.call("shareGrant", { folder_id: folderId, email, ...rights }, options)).people.map(
      toPerson,
    );
  }

  /**
   * Stops sharing at once; returns the people who are left. Consigne servers only. @throws {NotFoundError} no such
   * folder
   */
  async revoke(folderId: number, email: string, options: CallOptions = {}): Promise<FolderPerson[]> {
    return (await this.#caller.call("shareRevoke", { folder_id: folderId, email }, options)).people.map(toPerson);
  }

  /** The folders that others share with the caller, fetched page by page. Consigne servers only. */
  async *received(options: CallOptions = {}): AsyncGenerator<ReceivedFolder, void, undefined> {
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await this.#caller.call("shareReceived", present({ cursor }), options);
      yield* page.received.map(toReceived);
      cursor = page.next;
    }
  }

  /**
   * Leaves a folder that somebody shares with the caller. Consigne servers only. @throws {NotFoundError} it is not
   * shared
   */
  async leave(folderId: number, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("shareLeave", { folder_id: folderId }, options);
  }

  /** The accounts a folder is shared with. */
  listShares(folderId: number, options: CallOptions = {}): Listing<FolderShare> {
    return asListing(this.#listShares(folderId, options));
  }

  async #listShares(folderId: number, options: CallOptions): Promise<FolderShare[]> {
    const listing = fieldsOf(await this.#caller.call("folderLs", { folder_id: folderId }, options));
    return readList(listing["shares"]).map((share) => ({
      email: readText(share["email"]),
      canWrite: readFlag(share["rw"]),
      hidesLinks: readFlag(share["hide_links"]),
    }));
  }

  /**
   * The files on a public page, `https://HOST/dir/ID` or the bare id; sub-folders are not included. Needs no key. On
   * Consigne servers, `https://HOST/dir/ID?folder=NUMBER` is the page of a folder below, as `publicFolders` returns it.
   * Pages of a server that does not announce its limits, such as 1fichier.com, are requested once a second.
   * @throws {NotFoundError} no such page
   * @throws {WrongPasswordError} it asks for a password
   * @throws {TypeError} not the URL of a public page
   */
  publicListing(page: string, options: CallOptions & { password?: string | undefined } = {}): Listing<PublicFile> {
    return asListing(this.#publicListing(page, options));
  }

  async #publicListing(page: string, options: CallOptions & { password?: string | undefined }): Promise<PublicFile[]> {
    const { password, ...callOptions } = options;
    const answer = await this.#readPage(page, { json: "1" }, { password, ...callOptions });
    return answer.map((raw) => ({
      url: readText(raw["link"]),
      name: readText(raw["filename"]),
      sizeBytes: readNumber(raw["size"]),
      hasPassword: readFlag(findText(raw["password"])),
      isRestricted: readFlag(findText(raw["acl"])),
      raw,
    }));
  }

  /**
   * The folders directly in the one of a public page, up to 500: by an additional link all that are open, by the
   * folder's own page those with a public page of their own. Consigne servers only; elsewhere there are none.
   * @throws as `publicListing`
   */
  publicFolders(page: string, options: CallOptions & { password?: string | undefined } = {}): Listing<PublicFolder> {
    return asListing(this.#publicFolders(page, options));
  }

  async #publicFolders(
    page: string,
    options: CallOptions & { password?: string | undefined },
  ): Promise<PublicFolder[]> {
    const answer = await this.#readPage(page, { json: "1", folders: "1" }, options);
    const { origin } = pageOf(page, this.#pages.siteUrl);
    return answer.flatMap((raw) => {
      const id = findNumber(raw["folder_id"]);
      const link = findText(raw["link"]);
      if (id === undefined || link === undefined || parseDirectoryLink(link) === undefined) return [];
      // Whatever host the answer names, the folder is requested from the host that was asked before.
      const { url, folder } = pageOf(link, origin);
      const own = url.replace(new URL(url).origin, origin);
      return [{ url: folder === undefined ? own : `${own}?folder=${folder}`, id, name: readText(raw["name"]), raw }];
    });
  }

  #readPage(
    page: string,
    asked: Record<string, string>,
    { password, ...options }: CallOptions & { password?: string | undefined },
  ): Promise<Record<string, unknown>[]> {
    const { url, folder } = pageOf(page, this.#pages.siteUrl);
    const form = { ...asked, ...(folder === undefined ? {} : { folder }) };
    return password === undefined
      ? this.#pages.readList(`${url}?${new URLSearchParams(form).toString()}`, undefined, options)
      : this.#pages.readList(url, { ...form, pass: password }, options);
  }
}

/** @throws {TypeError} not the URL of a public page */
function pageOf(page: string, siteUrl: string): { url: string; origin: string; folder: string | undefined } {
  const text = page.trim();
  const id = /^[A-Za-z0-9]{4,32}$/.test(text) ? text : parseDirectoryLink(text)?.id;
  if (id === undefined) throw new TypeError(`${page} is not the URL of a public page, https://HOST/dir/ID.`);
  const isFull = /^https?:\/\//i.test(text);
  const origin = isFull ? new URL(text).origin : siteUrl;
  const folder = /[?&]folder=([0-9]{1,15})(?:[&#]|$)/.exec(text)?.[1];
  return { url: `${origin}/dir/${id}`, origin, folder };
}

interface WirePerson {
  email: string;
  rw: 0 | 1;
  hide_links: 0 | 1;
  date: string;
}

interface WireReceived extends WirePerson {
  folder_id: number;
  name: string;
  size: number;
  files: number;
  folders: number;
}

function toPerson({ email, rw, hide_links: hidden, date }: WirePerson): FolderPerson {
  return { email, canWrite: readFlag(rw), hidesLinks: readFlag(hidden), date: new Date(date) };
}

function toReceived({
  folder_id: folderId,
  name,
  email,
  rw,
  hide_links: hidden,
  ...facts
}: WireReceived): ReceivedFolder {
  return {
    folderId,
    name,
    owner: email,
    canWrite: readFlag(rw),
    hidesLinks: readFlag(hidden),
    date: new Date(facts.date),
    sizeBytes: facts.size,
    fileCount: facts.files,
    folderCount: facts.folders,
  };
}
