import type { Account } from "../accounts/account.ts";
import type { LinkPasswords, RememberedPassword, ShownPassword } from "../admission/link-passwords.ts";
import { DomainError } from "../errors.ts";
import { listFiles } from "../files/file-listing.ts";
import type { ListedFile } from "../files/file.ts";
import { hashLinkPassword } from "../files/link-passwords.ts";
import { admitToFolder, type AncestrySource, type FolderReference, isActorsRoot } from "../folders/folder-access.ts";
import { folderRecords } from "../folders/folder-records.ts";
import type { Folder } from "../folders/folder.ts";
import type { Listing } from "../listing.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import { ReadingRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { Database } from "../ports/database.ts";
import { newPublicShareId } from "../random-ids.ts";
import { checkPeople, type PersonRights, setPeople } from "./people.ts";
import {
  admitToShared,
  type FolderWay,
  isOpenByLink,
  isOpenShare,
  listQuestion,
  type SharedFolder,
  stillSharedBy,
} from "./share-access.ts";

/** How many subfolders are examined, and how many are listed. */
const MOST_FOLDERS_READ = 1000;
const FOLDERS_PER_READ = 500;
const MOST_FOLDERS_TOLD = 500;

export interface SharedContents {
  folder: SharedFolder;
  /** From the folder of these files up to the shared one. */
  way: FolderWay;
  files: Listing<ListedFile>;
  /**
   * Subfolders, ordered by name: through an additional link all except those whose own page has a password; on the
   * public page those that have an open page of their own, with its id.
   */
  listSharedFolders(): Promise<{ folders: Folder[]; isWhole: boolean }>;
  /** For a browser, of the password that opened this; undefined where none did. */
  rememberPassword: (() => Promise<RememberedPassword>) | undefined;
}

/** Public pages of folders, open to everybody who knows the address. */
export class ShareService {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #clock: Clock;
  readonly #listLimit: number;

  constructor(input: {
    database: Database;
    space: StorageSpace;
    passwords: LinkPasswords;
    countries: Countries;
    clock: Clock;
    listLimit: number;
  }) {
    this.#database = input.database;
    this.#space = input.space;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#clock = input.clock;
    this.#listLimit = input.listLimit;
  }

  /**
   * Creates, changes or removes the public page; an existing page keeps its address. `password` undefined keeps the
   * password, "" removes it. `people` replaces everybody it is shared with; undefined keeps them.
   * @param signal aborts when the caller disconnects
   * @throws {DomainError} `folder-not-found`, `root-folder-protected`, `bad-argument`, `too-busy`
   */
  async share(
    actor: Actor,
    reference: FolderReference,
    options: {
      isShared: boolean | undefined;
      password: string | undefined;
      people?: readonly PersonRights[] | undefined;
    },
    signal?: AbortSignal,
  ): Promise<Folder> {
    const { password, people } = options;
    if (people !== undefined) checkPeople(people, actor);
    if (password !== undefined) await admitToShare(this.#database, actor, reference, this.#clock.now());
    const passwordHash = password === undefined ? undefined : await hashLinkPassword(password, actor, signal);
    await this.#space.takeRows(1 + (people?.length ?? 0));
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const admitted = await admitToShare(rows, caller, reference, now);
      const { id, folder } = admitted;
      if (people !== undefined) await setPeople(rows, caller, admitted, { people, now });
      const isShared = options.isShared ?? folder.publicShareId !== undefined;
      const changes = {
        publicShareId: isShared ? (folder.publicShareId ?? newPublicShareId()) : undefined,
        sharePasswordHash: password === undefined ? folder.sharePasswordHash : passwordHash,
      };
      const isSame =
        changes.publicShareId === folder.publicShareId && changes.sharePasswordHash === folder.sharePasswordHash;
      if (isSame) return folder;
      await rows.folders.update(id, changes);
      await rows.audit.append(folderRecords(caller, now, isShared ? "folder.share" : "folder.unshare", [folder]));
      return { ...folder, ...changes };
    });
  }

  /**
   * The files on the public page: those directly in the folder, oldest first; or, through an additional link, those in
   * its subfolder `folderId`.
   * @param asked `signal` aborts when the caller is gone
   * @throws {DomainError} `folder-not-found`, `owner-locked`, `link-password-required`, `link-password-wrong`
   */
  async list(
    actor: Actor,
    publicShareId: string,
    password: ShownPassword,
    { folderId, signal }: { folderId?: number | undefined; signal?: AbortSignal } = {},
  ): Promise<SharedContents> {
    const given = this.#passwords.given(password, actor, signal);
    const now = () => this.#clock.now();
    const asked = { publicShareId, folderId, given, countries: this.#countries };
    const { folder, way, linkPassword, country } = await admitToShared(this.#database, actor, asked, now);
    const admit = (owner: Account) =>
      requireAllowed(can(actor, listQuestion(folder, owner), { now: now(), linkPassword, country }));
    const [place] = way;
    const { sharePasswordHash } = folder;
    const right = new ReadingRight(this.#clock, signal, async () =>
      admit(await stillSharedBy(this.#database, folder, place.id)),
    );
    const isShown = (file: ListedFile) =>
      can(actor, { action: "share.show", listed: file }, { now: now(), linkPassword }).isAllowed;
    const options = { newestFirst: false, limit: this.#listLimit, right, isShown };
    return {
      folder,
      way,
      files: await listFiles(this.#database, { folderId: place.id }, options),
      listSharedFolders: () => this.#foldersIn(place.id, folder.link === undefined ? isOpenShare : isOpenByLink),
      rememberPassword: sharePasswordHash === undefined ? undefined : () => this.#passwords.remember(sharePasswordHash),
    };
  }

  async #foldersIn(
    parentId: number,
    isTold: (folder: Folder) => boolean,
  ): Promise<{ folders: Folder[]; isWhole: boolean }> {
    const folders: Folder[] = [];
    let afterName: string | undefined;
    for (let readCount = 0; readCount < MOST_FOLDERS_READ; readCount += FOLDERS_PER_READ) {
      const page = await this.#database.folders.listChildren(parentId, { afterName, limit: FOLDERS_PER_READ });
      folders.push(...page.filter(isTold));
      if (folders.length > MOST_FOLDERS_TOLD) break;
      if (page.length < FOLDERS_PER_READ) return { folders, isWhole: true };
      afterName = page.at(-1)?.name;
    }
    return { folders: folders.slice(0, MOST_FOLDERS_TOLD), isWhole: false };
  }
}

/** Checked before the password is hashed, which would delay others, and again with the change. */
async function admitToShare(
  rows: { folders: AncestrySource },
  actor: Actor,
  reference: FolderReference,
  now: Date,
): ReturnType<typeof admitToFolder> {
  const admitted = await admitToFolder(rows, actor, reference, now);
  if (isActorsRoot(admitted)) throw new DomainError("root-folder-protected", "The root folder cannot be shared.");
  return admitted;
}
