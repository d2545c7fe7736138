import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { type AccessRules, readRules, toWireRules } from "./access-rules.ts";
import { goneIsDone } from "./repeated-calls.ts";
import { present, readFlag } from "./wire-values.ts";

/** A file by its id or link, or a folder by its number. */
export type LinkedEntry = { fileId: string } | { folderId: number };

/** What is left out stays as it is; for a new link, it is not restricted. */
export interface LinkRules {
  /** At least 6 characters; empty removes it. */
  password?: string | undefined;
  expiresAt?: Date | "never" | undefined;
  /** 0: unlimited. */
  maxDownloads?: number | undefined;
  /** Who may use it; `null` lifts the restriction. */
  access?: AccessRules | null | undefined;
  note?: string | undefined;
  isEnabled?: boolean | undefined;
}

/** A link of a file or folder, with rules of its own. */
export interface Link {
  id: string;
  url: string;
  /** The file's own link, which can be switched off but not removed. */
  isOwn: boolean;
  hasPassword: boolean;
  /** It has an access list. */
  isRestricted: boolean;
  /** Who may use it; undefined if everybody may. */
  access: AccessRules | undefined;
  expiresAt: Date | undefined;
  maxDownloads: number | undefined;
  /** Downloads that were started with it. */
  downloads: number;
  isEnabled: boolean;
  note: string;
  createdAt: Date;
}

/** Additional links of a file or folder. Consigne servers only. */
export class Links {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** @throws {NotFoundError} no such file or folder */
  async add(entry: LinkedEntry, rules: LinkRules = {}, options: CallOptions = {}): Promise<Link> {
    return toLink((await this.#caller.call("linkAdd", { ...targetOf(entry), ...toWire(rules) }, options)).link);
  }

  /**
   * The file's own link first, then the additional ones, oldest first. @throws {NotFoundError} no such file or folder
   */
  async list(entry: LinkedEntry, options: CallOptions = {}): Promise<Link[]> {
    return (await this.#caller.call("linkList", targetOf(entry), options)).links.map(toLink);
  }

  /**
   * @param link its id or URL; the id or link of a file means its own link, whose password and access are those of
   * the file
   * @throws {NotFoundError} no such link
   */
  async change(link: string, rules: LinkRules, options: CallOptions = {}): Promise<Link> {
    return toLink((await this.#caller.call("linkChange", { id: link, ...toWire(rules) }, options)).link);
  }

  /** @param link its id or URL @throws {NotFoundError} no such link @throws {BadRequestError} the own link of a file */
  async remove(link: string, options: CallOptions = {}): Promise<void> {
    await goneIsDone(this.#caller.call("linkRemove", { id: link }, options));
  }
}

const targetOf = (entry: LinkedEntry) =>
  "fileId" in entry ? { file_id: entry.fileId } : { folder_id: entry.folderId };

function toWire({ password, expiresAt, maxDownloads, access, note, isEnabled }: LinkRules) {
  return present({
    pass: password,
    expires_at: expiresAt instanceof Date ? expiresAt.toISOString() : expiresAt,
    max_downloads: maxDownloads,
    acl: access === undefined ? undefined : toWireRules(access),
    note,
    enabled: isEnabled === undefined ? undefined : isEnabled ? (1 as const) : (0 as const),
  });
}

interface WireLink {
  id: string;
  url: string;
  own?: number | undefined;
  pass: number;
  acl?: object | undefined;
  expires_at?: string | undefined;
  max_downloads?: number | undefined;
  downloads: number;
  enabled: number;
  note: string;
  created_at: string;
}

function toLink(link: WireLink): Link {
  return {
    id: link.id,
    url: link.url,
    isOwn: readFlag(link.own),
    hasPassword: readFlag(link.pass),
    isRestricted: link.acl !== undefined,
    access: readRules(link.acl),
    expiresAt: link.expires_at === undefined ? undefined : new Date(link.expires_at),
    maxDownloads: link.max_downloads,
    downloads: link.downloads,
    isEnabled: readFlag(link.enabled),
    note: link.note,
    createdAt: new Date(link.created_at),
  };
}
