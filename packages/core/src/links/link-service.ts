import type { NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import { admitToManageFile } from "../files/file-access.ts";
import { hashLinkPassword } from "../files/link-passwords.ts";
import { admitToFolder, type FolderReference, isActorsRoot } from "../folders/folder-access.ts";
import type { AccessList } from "../policy/access-list.ts";
import { requireShortList } from "../policy/access-list.ts";
import type { Actor } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newFileId } from "../random-ids.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { ChangeableFileId } from "../files/file-repository.ts";
import type { StoredFile } from "../files/file.ts";
import type { LinkChanges, LinkTarget } from "./link-repository.ts";
import { isOwnLink, type Link, MOST_LINKS } from "./link.ts";

const LONGEST_NOTE = 1000;
/** This much text counts as another row. */
const CHARACTERS_OF_ROW = 512;

export type LinkedEntry = { fileId: string } | { folder: FolderReference };

/** A field left out stays as it is, or gets its default for a new link. */
export interface LinkOptions {
  /** "" removes it. */
  password?: string | undefined;
  accessList?: AccessList | "none" | undefined;
  endsAt?: Date | "never" | undefined;
  maxDownloads?: number | "none" | undefined;
  isOn?: boolean | undefined;
  note?: string | undefined;
}

/** The links of files and folders, as their owner makes and changes them. */
export class LinkService {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #clock: Clock;

  constructor(input: { database: Database; space: StorageSpace; clock: Clock }) {
    this.#database = input.database;
    this.#space = input.space;
    this.#clock = input.clock;
  }

  /**
   * @throws {DomainError} `file-not-found`, `folder-not-found`, `root-folder-protected`, `bad-argument` (also for too
   *   many)
   */
  async add(actor: Actor, entry: LinkedEntry, options: LinkOptions, signal?: AbortSignal): Promise<Link> {
    await this.#admit(this.#database, actor, entry);
    const changes = await this.#changesOf(actor, options, signal);
    await this.#space.takeRows(1 + rowsOf(changes));
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const { target, name } = await this.#admit(rows, caller, entry);
      const further = (await rows.links.listOf(target)).filter((link) => !isOwnLink(link));
      if (further.length >= MOST_LINKS)
        throw new ArgumentError(
          "too-many-links",
          `A file or folder can have at most ${MOST_LINKS} additional links.`,
          MOST_LINKS,
        );
      const now = this.#clock.now();
      const added = { ...usual, ...changes, id: newFileId(), createdAt: now };
      const details = recordedLink(name, added);
      await rows.links.create({ ...added, target });
      await rows.audit.append([auditRecord(caller, now, { action: "link.add", objectId: added.id, details })]);
      return { fileId: undefined, folderId: undefined, ...target, ...added, usedCount: 0, hasEnded: false };
    });
  }

  /** The file's own link, then the additional ones, oldest first. @throws {DomainError} as `add` */
  async list(actor: Actor, entry: LinkedEntry): Promise<Link[]> {
    const { target, file } = await this.#admit(this.#database, actor, entry);
    const links = await this.#database.links.listOf(target);
    if (file === undefined) return links;
    const own = links.find(isOwnLink);
    return [ownLinkOf(file, own), ...links.filter((link) => link !== own)];
  }

  /** Whether a link's id belongs to a folder: whoever has the link may know. */
  async isOfFolder(id: string): Promise<boolean> {
    return (await this.#database.links.findById(id))?.folderId !== undefined;
  }

  /**
   * @throws {DomainError} `link-not-found` for missing links and other people's alike, `scope-missing`, `bad-argument`,
   *   `storage-full`
   */
  async change(actor: Actor, id: string, options: LinkOptions, signal?: AbortSignal): Promise<Link> {
    const found = await this.#find(this.#database, actor, id);
    this.#requireRightToChange(actor, found.link, options);
    const changes = await this.#changesOf(actor, options, signal);
    await this.#space.takeRows((found.hasRow ? 0 : 1) + rowsOf(changes));
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const { link, target, name, hasRow } = await this.#find(rows, caller, id);
      this.#requireRightToChange(caller, link, options);
      const isGuarded = "passwordHash" in changes || "accessList" in changes;
      if (isOwnLink(link) && "fileId" in target) await changeOwn(rows, target.fileId, { link, hasRow, changes });
      else await rows.links.update(id, target, changes);
      // Downloads that were permitted under the previous rules must be requested again, as after a change of a file's
      // own password.
      if (isGuarded) await rows.downloadTokens.removeByLinks([id]);
      const now = this.#clock.now();
      const details = recordedLink(name, { ...link, ...changes });
      await rows.audit.append([auditRecord(caller, now, { action: "link.change", objectId: id, details })]);
      return { ...link, ...changes, ...("endsAt" in changes ? { hasEnded: false } : {}) };
    });
  }

  /** @throws {DomainError} `link-not-found` */
  async remove(actor: Actor, id: string): Promise<void> {
    await transactionAs(this.#database, actor, async (rows, caller) => {
      const { link, target, name } = await this.#find(rows, caller, id);
      if (isOwnLink(link))
        throw new ArgumentError("own-link", "A file's own link cannot be removed; switch it off instead.");
      await rows.downloadTokens.removeByLinks([id]);
      await rows.links.remove(id, target);
      const now = this.#clock.now();
      const details = recordedLink(name, link);
      await rows.audit.append([auditRecord(caller, now, { action: "link.remove", objectId: id, details })]);
    });
  }

  async #admit(rows: Repositories, actor: Actor, entry: LinkedEntry): Promise<AdmittedTarget> {
    const now = this.#clock.now();
    if ("fileId" in entry) {
      const { id: fileId, file } = await admitToManageFile(rows, actor, entry, now);
      return { target: { fileId }, name: file.name, file };
    }
    const admitted = await admitToFolder(rows, actor, entry.folder, now);
    if (isActorsRoot(admitted)) throw new DomainError("root-folder-protected", "The root folder cannot be shared.");
    return { target: { folderId: admitted.id }, name: admitted.folder.name, file: undefined };
  }

  async #find(rows: Repositories, actor: Actor, id: string): Promise<FoundLink> {
    const row = await rows.links.findById(id);
    // An id without a row may be a file's own link, which has none by default.
    const entry = row?.folderId === undefined ? { fileId: row?.fileId ?? id } : { folder: row.folderId };
    try {
      const { target, name, file } = await this.#admit(rows, actor, entry);
      const isOwn = file !== undefined && file.id === id;
      const link = isOwn ? ownLinkOf(file, row) : row;
      if (link === undefined) throw noLink();
      return { link, target, name, hasRow: row !== undefined };
    } catch (error) {
      throw error instanceof DomainError && hidden.has(error.code) ? noLink() : error;
    }
  }

  /**
   * Password and access list of a file's own link are attributes of the file: they require the right to change files.
   */
  #requireRightToChange(actor: Actor, link: Link, { password, accessList }: LinkOptions): void {
    if (!isOwnLink(link) || (password === undefined && accessList === undefined)) return;
    const question = { action: "api.use", area: "files", right: "write", isForCustomers: false } as const;
    requireAllowed(can(actor, question, { now: this.#clock.now(), linkPassword: "not-needed" }));
  }

  /** @throws {DomainError} `bad-argument`, `too-busy` */
  async #changesOf(actor: Actor, options: LinkOptions, signal: AbortSignal | undefined): Promise<LinkChanges> {
    const { password, accessList, endsAt, maxDownloads, isOn, note } = options;
    if (note !== undefined && note.length > LONGEST_NOTE)
      throw new ArgumentError(
        "note-too-long",
        `The note of a link can have at most ${LONGEST_NOTE} characters.`,
        LONGEST_NOTE,
      );
    if (endsAt instanceof Date && endsAt <= this.#clock.now())
      throw new ArgumentError("expiry-in-past", "The end of a link must be in the future.");
    if (accessList !== undefined && accessList !== "none") requireShortList(accessList);
    return {
      ...(password === undefined ? {} : { passwordHash: await hashLinkPassword(password, actor, signal) }),
      ...(accessList === undefined ? {} : { accessList: accessList === "none" ? undefined : accessList }),
      ...(endsAt === undefined ? {} : { endsAt: endsAt === "never" ? undefined : endsAt }),
      ...(maxDownloads === undefined ? {} : { maxDownloads: maxDownloads === "none" ? undefined : maxDownloads }),
      ...(isOn === undefined ? {} : { isOn }),
      ...(note === undefined ? {} : { note }),
    };
  }
}

/** What a link leads to, and its owner's note. */
function recordedLink(name: string, { note }: Pick<Link, "note">): NewAuditRecord["details"] {
  return { name: recordedName(name), ...(note === "" ? {} : { note: recordedName(note) }) };
}

/** Texts from the owner may be much longer than the rest of the row. */
function rowsOf({ accessList, note = "" }: LinkChanges): number {
  const listed = accessList === undefined ? 0 : JSON.stringify(accessList).length;
  return Math.ceil((listed + note.length) / CHARACTERS_OF_ROW);
}

interface AdmittedTarget {
  readonly target: LinkTarget;
  /** Name of the file or folder. */
  readonly name: string;
  /** Undefined for a folder. */
  readonly file: StoredFile | undefined;
}

interface FoundLink {
  readonly link: Link;
  readonly target: LinkTarget;
  readonly name: string;
  /** False for a file's own link that has no row yet. */
  readonly hasRow: boolean;
}

/** @param row its row, if it has one: password and access list are the file's in any case */
function ownLinkOf({ id, passwordHash, accessList, createdAt }: StoredFile, row: Link | undefined): Link {
  const { endsAt, hasEnded, maxDownloads, usedCount, isOn, note } = row ?? { ...usual, usedCount: 0, hasEnded: false };
  const use = { endsAt, hasEnded, maxDownloads, usedCount, isOn, note };
  return { id, fileId: id, folderId: undefined, passwordHash, accessList, ...use, createdAt };
}

/** Password and access list are stored in the file, where the 1fichier.com calls look for them. */
async function changeOwn(
  rows: Repositories,
  fileId: ChangeableFileId,
  { link, hasRow, changes }: { link: Link; hasRow: boolean; changes: LinkChanges },
): Promise<void> {
  const { passwordHash, accessList, ...rest } = changes;
  const ofFile = {
    ...("passwordHash" in changes ? { passwordHash } : {}),
    ...("accessList" in changes ? { accessList } : {}),
  };
  if (Object.keys(ofFile).length > 0) {
    await rows.downloadTokens.removeByFiles([fileId]);
    await rows.files.updateMany([{ id: fileId, changes: ofFile }]);
  }
  if (Object.keys(rest).length === 0) return;
  const target = { fileId };
  if (hasRow) return rows.links.update(link.id, target, rest);
  const { endsAt, maxDownloads, isOn, note, createdAt } = { ...link, ...rest };
  const row = { ...usual, endsAt, maxDownloads, isOn, note, createdAt };
  await rows.links.create({ ...row, id: link.id, target });
}

const usual = {
  passwordHash: undefined,
  accessList: undefined,
  endsAt: undefined,
  maxDownloads: undefined,
  isOn: true,
  note: "",
} as const;

const hidden: ReadonlySet<string> = new Set(["file-not-found", "folder-not-found", "root-folder-protected"]);

const noLink = () => new DomainError("link-not-found", "There is no such link, or you have no access to it.");
