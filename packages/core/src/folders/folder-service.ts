import type { Account } from "../accounts/account.ts";
import { requireEntries } from "../accounts/quota.ts";
import type { Usage } from "../accounts/usage.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { storedName } from "../files/names.ts";
import { Listing, pagesByPosition } from "../listing.ts";
import { type Actor, isAccountActor, type Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { type Reader, readerNow, ReadingRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { removeEmptyFolder } from "../trash/trash-folders.ts";
import { AncestryMemory } from "./ancestry-memory.ts";
import {
  admitToFillFolder,
  admitToFolder,
  admitToSeeFolder,
  asShared,
  type FolderReference,
  isActorsRoot,
} from "./folder-access.ts";
import type { FolderShare, SharedRight } from "../shares/folder-share.ts";
import { requireDepth } from "./folder-depth.ts";
import { newParentId, refuseRoot } from "./folder-moves.ts";
import { folderRecords } from "./folder-records.ts";
import type { Folder } from "./folder.ts";

export interface FolderListing {
  folder: Folder;
  isRoot: boolean;
  contents: Usage;
  children: Listing<Folder>;
  /** Whom it is shared with; only for its owner. */
  people: readonly FolderShare[];
  /** What the caller may do in it, if it belongs to somebody else. */
  shared: SharedRight | undefined;
}

/** Folders of the caller's own account, and those shared with it. */
export class FolderService {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #usualDays: number;

  constructor(input: { database: Database; space: StorageSpace; clock: Clock; maxEntries: number; usualDays: number }) {
    this.#database = input.database;
    this.#space = input.space;
    this.#clock = input.clock;
    this.#maxEntries = input.maxEntries;
    this.#usualDays = input.usualDays;
  }

  /** @throws {DomainError} `folder-not-found` */
  async list(actor: Actor, reference: FolderReference, { signal, needs }: Reader = {}): Promise<FolderListing> {
    const rows = this.#database;
    const right = new ReadingRight(this.#clock, signal, async () => {
      const now = this.#clock.now();
      await admitToSeeFolder(rows, await readerNow(rows, actor, needs, now), reference, now);
    });
    const admitted = await admitToSeeFolder(rows, actor, reference, this.#clock.now());
    const { folder, shared } = admitted;
    const contents = await rows.folders.getCounters(folder.id);
    const read = async (afterName: string | undefined, limit: number) => {
      await right.readOn();
      return rows.folders.listChildren(folder.id, { afterName, limit });
    };
    const pages = pagesByPosition(read, ({ name }) => name, Infinity);
    // No total is given before the listing.
    const children = await Listing.from(pages, async () => NaN, right);
    const isRoot = isActorsRoot(admitted) && shared === undefined;
    const people = shared === undefined && !isRoot ? await rows.folderShares.listOfFolder(folder.id) : [];
    return {
      folder: shared === undefined ? folder : asShared(folder),
      isRoot,
      contents,
      children: shared === undefined ? children : children.map(asShared),
      people,
      shared,
    };
  }

  /**
   * Names of the folders that the caller may see, by id, with as many queries as they are deep, however many there are.
   * The root is named `/`.
   */
  async namesOf(actor: Actor, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const folders = new AncestryMemory(this.#database.folders);
    await folders.readAhead(ids);
    const names = new Map<number, string>();
    for (const id of new Set(ids)) {
      try {
        const admitted = await admitToFolder({ folders }, actor, id, this.#clock.now());
        names.set(id, isActorsRoot(admitted) ? "/" : admitted.folder.name);
      } catch (error) {
        if (!isDomainError(error, "folder-not-found")) throw error;
      }
    }
    return names;
  }

  /** For administrators: finds a folder by a path such as `/photos/2026`. @throws {DomainError} `folder-not-found` */
  async getByPath(by: Principal, account: Account, path: string): Promise<Folder> {
    const isOwn = by !== "operator" && isAccountActor(by) && by.account.id === account.id && by.key === undefined;
    if (!isOwn) requireAdministrator(by, this.#clock);
    const { folders } = this.#database;
    let folder = await folders.findById(account.rootFolderId);
    for (const name of path.split("/").filter((part) => part !== "")) {
      folder = folder === undefined ? undefined : await folders.findChild(folder.id, name);
    }
    if (folder === undefined) throw new DomainError("folder-not-found", `${account.email} has no folder ${path}.`);
    return folder;
  }

  /** @throws {DomainError} `folder-not-found`, `folder-exists`, `folder-too-deep`, `bad-name`, `quota-exceeded` */
  async create(actor: Actor, parent: FolderReference, givenName: string): Promise<Folder> {
    const name = storedName(givenName);
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    const make = (rows: Repositories, caller: Actor): Promise<Folder> =>
      makeFolder(rows, caller, { parent, name, maxEntries: this.#maxEntries, now });
    return transactionAs(this.#database, actor, make, { isBrief: true });
  }

  /**
   * Moves, renames or both; fields left out stay as they are.
   * @throws {DomainError} `folder-not-found`, `folder-exists`, `folder-cycle`, `folder-too-deep`,
   *   `root-folder-protected`, `bad-name`
   */
  async move(
    actor: Actor,
    reference: FolderReference,
    target: { parent?: FolderReference | undefined; name?: string | undefined },
  ): Promise<{ oldName: string; newName: string }> {
    const newName = target.name === undefined ? undefined : storedName(target.name);
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const moved = await admitToFillFolder(rows, caller, reference, now);
      refuseRoot(moved);
      const { id, folder } = moved;
      const parentId = target.parent === undefined ? undefined : await newParentId(rows, moved, target.parent, now);
      const name = newName ?? folder.name;
      const isMove = parentId !== undefined && parentId !== folder.parentId;
      if (isMove || name !== folder.name) {
        await rows.folders.update(id, isMove ? { parentId, name } : { name });
        await rows.audit.append(folderRecords(caller, now, "folder.move", [{ ...folder, name }]));
      }
      return { oldName: folder.name, newName: name };
    });
  }

  /** @throws {DomainError} `folder-not-found`, `folder-not-empty`, `root-folder-protected` */
  async remove(actor: Actor, reference: FolderReference): Promise<void> {
    const now = this.#clock.now();
    const remove = async (rows: Repositories, caller: Actor): Promise<void> => {
      const removed = await admitToFillFolder(rows, caller, reference, now);
      refuseRoot(removed);
      await removeEmptyFolder(rows, caller, removed, { now, usualDays: this.#usualDays });
      await rows.audit.append(folderRecords(caller, now, "folder.remove", [removed.folder]));
    };
    await transactionAs(this.#database, actor, remove, { isBrief: true });
  }
}

/**
 * Runs in the caller's transaction.
 * @throws {DomainError} `folder-not-found`, `folder-exists`, `folder-too-deep`, `quota-exceeded`
 */
export async function makeFolder(
  rows: Repositories,
  caller: Actor,
  input: {
    parent: FolderReference;
    name: string;
    maxEntries: number;
    /** How many entries will be added besides, without which the folder would be pointless. */
    entriesBeside?: number;
    spared?: number | undefined;
    now: Date;
  },
): Promise<Folder> {
  const { parent, name, maxEntries, entriesBeside = 0, spared, now } = input;
  const { id, folder, ancestry } = await admitToFillFolder(rows, caller, parent, now);
  requireDepth({ depth: ancestry.length - 1, levels: 1 });
  await requireEntries(rows, { id: folder.accountId }, { added: 1 + entriesBeside, most: maxEntries, spared, now });
  const created = await rows.folders.create({
    accountId: folder.accountId,
    parentId: id,
    name,
    createdAt: now,
    publicShareId: undefined,
    sharePasswordHash: undefined,
  });
  await rows.audit.append(folderRecords(caller, now, "folder.create", [created]));
  return created;
}
