import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import type { CountedFolder } from "../entries/entry.ts";
import { DomainError } from "../errors.ts";
import { admitToFolder, asShared, type FolderReference, isActorsRoot } from "../folders/folder-access.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { FolderShare, ReceivedShare } from "./folder-share.ts";
import { checkPeople, endPeople, givePeople, type PersonRights } from "./people.ts";

/** Somebody else's folder, as shown to the person it is shared with. */
export interface ReceivedFolder extends Omit<ReceivedShare, "folder"> {
  readonly folder: CountedFolder;
}

/** Shares folders with people who have accounts, by their e-mail addresses. */
export class PeopleService {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #clock: Clock;

  constructor(input: { database: Database; space: StorageSpace; clock: Clock }) {
    this.#database = input.database;
    this.#space = input.space;
    this.#clock = input.clock;
  }

  /**
   * Whom the caller's own folder is shared with, ordered by address.
   * @throws {DomainError} `folder-not-found`, `root-folder-protected`
   */
  async list(actor: Actor, reference: FolderReference): Promise<FolderShare[]> {
    const { id } = await this.#admit(this.#database, actor, reference);
    return this.#database.folderShares.listOfFolder(id);
  }

  /**
   * Shares it with one more person, or changes that person's rights.
   * @throws {DomainError} `folder-not-found`, `root-folder-protected`, `bad-argument`
   */
  async give(actor: Actor, reference: FolderReference, person: PersonRights): Promise<FolderShare[]> {
    checkPeople([person], actor);
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const admitted = await this.#admit(rows, caller, reference);
      await givePeople(rows, caller, admitted, { people: [person], now });
      return rows.folderShares.listOfFolder(admitted.id);
    });
  }

  /**
   * Ends a person's share at once, including running downloads; no error if there is none.
   * @throws {DomainError} `folder-not-found`, `root-folder-protected`
   */
  async end(actor: Actor, reference: FolderReference, email: string): Promise<FolderShare[]> {
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const admitted = await this.#admit(rows, caller, reference);
      const shares = [{ email, mayWrite: false, hidesLinks: false }];
      await endPeople(rows, caller, admitted, { shares, now });
      return rows.folderShares.listOfFolder(admitted.id);
    });
  }

  /**
   * What others share with the caller, ordered by folder; only from one owner if `ownerEmail` is given. A key
   * restricted to a folder sees nothing, as if nobody shared anything. Locked accounts share nothing.
   * @throws {DomainError} `folder-not-found` for an owner who shares nothing, whether they exist or not
   */
  async received(
    actor: Actor,
    page: { ownerEmail?: string | undefined; after?: number | undefined; limit: number },
  ): Promise<{ folders: ReceivedFolder[]; next: number | undefined }> {
    const { ownerEmail, after, limit } = page;
    const rows = this.#database;
    const person = requirePerson(actor);
    const isFenced = person.rootFolderId !== person.account.rootFolderId;
    if (isFenced && ownerEmail !== undefined) throw nothingShared();
    if (isFenced) return { folders: [], next: undefined };
    const owner = ownerEmail === undefined ? undefined : await rows.accounts.findByEmail(ownerEmail);
    const span = { ownerId: ownerEmail === undefined ? undefined : (owner?.id ?? ""), after, limit };
    const all = await rows.folderShares.listReceived(person.account.id, span);
    if (ownerEmail !== undefined && after === undefined && all.every(({ isOwnerLocked }) => isOwnerLocked))
      throw nothingShared();
    const counted = new Map(
      (await rows.entries.findFolders(all.map(({ folderId }) => folderId))).map((each) => [each.id, each]),
    );
    const folders = all.flatMap(({ folder, ...share }) => {
      const found = counted.get(folder.id);
      return found === undefined || share.isOwnerLocked ? [] : { ...share, folder: asShared(found) };
    });
    return { folders, next: all.length < limit ? undefined : all.at(-1)?.folderId };
  }

  /** Gives up what somebody shares with the caller. @throws {DomainError} `folder-not-found` */
  async leave(actor: Actor, folderId: number): Promise<void> {
    const now = this.#clock.now();
    await transactionAs(this.#database, actor, async (rows, caller) => {
      const person = requirePerson(caller);
      const isFenced = person.rootFolderId !== person.account.rootFolderId;
      const [folder] = isFenced ? [] : await rows.folders.findByIds([folderId]);
      const count = folder === undefined ? 0 : await rows.folderShares.leave(person.account.id, folderId);
      if (folder === undefined || count === 0)
        throw new DomainError("folder-not-found", "There is no such folder, or it is not shared with you.");
      const details = { name: recordedName(folder.name) };
      await rows.audit.append([
        auditRecord(caller, now, { action: "share.leave", objectId: folderId, details, ownerId: folder.accountId }),
      ]);
    });
  }

  async #admit(rows: Pick<Repositories, "folders">, actor: Actor, reference: FolderReference) {
    const admitted = await admitToFolder(rows, actor, reference, this.#clock.now());
    if (isActorsRoot(admitted)) throw new DomainError("root-folder-protected", "The root folder cannot be shared.");
    return admitted;
  }
}

function requirePerson(actor: Actor): AccountActor {
  if (!isAccountActor(actor)) throw new DomainError("not-authenticated", "This needs an account.");
  return actor;
}

const nothingShared = () => new DomainError("folder-not-found", "There is no folder shared by this user.");
