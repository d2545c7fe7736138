import type { LinkPasswords } from "../admission/link-passwords.ts";
import type { RemovalCodes, RemovalTarget } from "../admission/removal-codes.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import { admitToFillFolder, admitToSeeFolder, type FolderReference, namesBelow } from "../folders/folder-access.ts";
import { otherAccount } from "../folders/folder-moves.ts";
import { requireShortList } from "../policy/access-list.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { type Reader, readerNow, ReadingRight } from "../policy/reading-right.ts";
import type { Listing } from "../listing.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { Database } from "../ports/database.ts";
import { type AttributeChanges, changesIn, requireFewTexts } from "./attribute-changes.ts";
import type { Checksums } from "./checksums.ts";
import { ManyFilesPlaces } from "./many-files-places.ts";
import { type CopyOptions, FileCopies } from "./file-copies.ts";
import { distinctFiles, distinctRenames, distinctTargets } from "./distinct-files.ts";
import {
  admitToEditFile,
  admitToLink,
  type FileAccessRows,
  type FileReference,
  type LinkedFile,
} from "./file-access.ts";
import { fileRecords } from "./file-records.ts";
import { removeFiles } from "./file-removal.ts";
import { listFiles } from "./file-listing.ts";
import type { FileChanges, FileFilter, FileUpdate } from "./file-repository.ts";
import { type BriefFile, briefFile, type ListedFile, type StoredFile, withoutLink } from "./file.ts";
import { hashLinkPassword } from "./link-passwords.ts";
import { forManyFiles } from "./many-files.ts";
import { storedName } from "./names.ts";

/** What a caller may know about a file; `place` only for its owner. */
export interface FileDetails {
  file: LinkedFile;
  place: { folderId: number; isRoot: boolean; path: string[] } | undefined;
}

/** Reads files' details, and changes files for their owner. Changes to several files happen together or not at all. */
export class FileService {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #space: StorageSpace;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #removalCodes: RemovalCodes;
  readonly #clock: Clock;
  readonly #checksums: Checksums;
  readonly #listLimit: number;
  readonly #usualDays: number;
  readonly #places = new ManyFilesPlaces();
  readonly #copies: FileCopies;
  readonly #walks = new ManyFilesPlaces();

  constructor(input: {
    database: Database;
    remover: BytesRemover;
    space: StorageSpace;
    passwords: LinkPasswords;
    countries: Countries;
    removalCodes: RemovalCodes;
    clock: Clock;
    checksums: Checksums;
    listLimit: number;
    maxEntries: number;
    usualDays: number;
  }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#space = input.space;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#removalCodes = input.removalCodes;
    this.#clock = input.clock;
    this.#checksums = input.checksums;
    this.#listLimit = input.listLimit;
    this.#usualDays = input.usualDays;
    this.#copies = new FileCopies({ ...input, places: this.#places });
  }

  /**
   * Newest first. `"everything"` lists the whole account or, for a key restricted to a folder, everything below that
   * folder. If links are hidden from the caller, ids are empty.
   * @throws {DomainError} `folder-not-found`, `owner-locked`, `too-busy` when too many such listings wait
   * @throws the reason of `signal`
   */
  async list(
    actor: Actor,
    where: FolderReference | "everything",
    filter: FileFilter,
    { signal, needs }: Reader = {},
  ): Promise<Listing<ListedFile>> {
    const rows = this.#database;
    const reference = where === "everything" ? "root" : where;
    const { folder, actor: owner, shared } = await admitToSeeFolder(rows, actor, reference, this.#clock.now());
    const hidesLinks = shared?.hidesLinks === true;
    const right = new ReadingRight(this.#clock, signal, async () => {
      const now = this.#clock.now();
      const still = await admitToSeeFolder(rows, await readerNow(rows, actor, needs, now), reference, now);
      // If links become hidden during the listing, no more are shown.
      if (!hidesLinks && still.shared?.hidesLinks === true) throw linksHidden();
    });
    const options = { ...filter, newestFirst: true, limit: this.#listLimit, right };
    if (where !== "everything") {
      const files = await listFiles(rows, { folderId: folder.id }, options);
      return hidesLinks ? files.map(withoutLink) : files;
    }
    const isAll = folder.id === owner.account.rootFolderId;
    if (isAll) return listFiles(rows, { accountId: owner.account.id }, options);
    // Start and count may need a walk through all folders, however few files they hold.
    using held = new DisposableStack();
    held.use(await this.#walks.take(actor, Infinity, signal));
    await right.askAgain();
    return await listFiles(rows, { belowFolderId: folder.id }, options);
  }

  /**
   * Waits a while for a Whirlpool checksum that is being computed.
   * @throws {DomainError} `file-not-found` and the refusals of a link
   */
  async getDetails(
    actor: Actor,
    reference: FileReference,
    password: string | undefined,
    signal?: AbortSignal,
  ): Promise<FileDetails> {
    const now = this.#clock.now();
    const { ancestry, isOwners, shared, ...admitted } = await admitToLink(this.#database, actor, reference, {
      action: "file.inspect",
      now,
      proof: this.#passwords.given(password, actor, signal),
      countries: this.#countries,
    });
    const { whirlpool = await this.#checksums.within(admitted.file.blobId, signal) } = admitted.file;
    const file = { ...admitted.file, whirlpool };
    const folder = ancestry[0];
    if (shared?.hidesLinks === true) return { file: withoutLink(file), place: undefined };
    if (!isOwners || folder === undefined || !isAccountActor(actor)) return { file, place: undefined };
    const isRoot = folder.id === actor.rootFolderId;
    return { file, place: { folderId: folder.id, isRoot, path: namesBelow(ancestry, actor.rootFolderId) } };
  }

  /** @throws {DomainError} `file-not-found`, `folder-not-found`, `bad-argument`, `bad-name` */
  async move(
    actor: Actor,
    references: readonly FileReference[],
    destination: FolderReference,
    options: { newName?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<BriefFile[]> {
    const newName = nameForOne(references, options.newName);
    const call = { action: "file.move", signal: options.signal };
    return this.#changeEach(actor, references, call, async (access, caller, file) => {
      const { id, folder } = await admitToFillFolder(access, caller, destination, this.#clock.now());
      if (folder.accountId !== file.accountId) throw otherAccount();
      return { folderId: id, name: newName ?? file.name };
    });
  }

  /**
   * Returns each file as it is now, with its previous name.
   * @throws {DomainError} `file-not-found`, `bad-argument`, `bad-name`, `nothing-renamed` if no name would change
   */
  async rename(
    actor: Actor,
    renames: readonly { reference: FileReference; name: string }[],
    signal?: AbortSignal,
  ): Promise<{ file: BriefFile; oldName: string }[]> {
    const distinctNames = distinctRenames(
      renames.map(({ reference, name }) => ({ reference, name: storedName(name) })),
    );
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, distinctNames.length, signal));
    await this.#space.takeRows(distinctNames.length);
    const now = this.#clock.now();
    return await transactionAs(this.#database, actor, async (rows, caller) => {
      const all: { file: BriefFile; oldName: string }[] = [];
      const renamed: BriefFile[] = [];
      const updates: FileUpdate[] = [];
      const access = forManyFiles(rows, caller, distinctNames.map(referenceOf));
      for (const { reference, name } of distinctNames) {
        const { id, file } = await admitToEditFile(access, caller, reference, now);
        const after = { ...briefFile(file), name };
        all.push({ file: after, oldName: file.name });
        if (file.name === name) continue;
        updates.push({ id, changes: { name } });
        renamed.push(after);
      }
      if (renamed.length === 0) {
        throw new DomainError("nothing-renamed", "All files already have these names; nothing was changed.");
      }
      await rows.files.updateMany(updates);
      await rows.audit.append(fileRecords(caller, now, "file.rename", renamed));
      return all;
    });
  }

  /**
   * Creates new files with new links to the same stored bytes; the source may be any file that the caller can download.
   * @throws {DomainError} refusals of a link, `file-damaged`, `folder-not-found`, `quota-exceeded`, `bad-argument`,
   *   `bad-name`
   */
  async copy(
    actor: Actor,
    references: readonly FileReference[],
    options: CopyOptions,
  ): Promise<{ from: BriefFile; to: StoredFile }[]> {
    const newName = nameForOne(references, options.newName);
    return this.#copies.make(actor, distinctFiles(references), { ...options, newName });
  }

  /**
   * Removes own files, and any file whose removal code is given, into its owner's trash, or permanently if the owner
   * has no trash. Returns the targets without duplicates.
   * @throws {DomainError} `file-not-found`; then nothing was removed
   * @throws {FloodLockedError} when a code was one wrong guess too many
   */
  async remove<Target extends RemovalTarget>(
    actor: Actor,
    targets: readonly Target[],
    signal?: AbortSignal,
  ): Promise<Target[]> {
    const distinct = distinctTargets(targets);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, distinct.length, signal));
    const parts = { database: this.#database, clock: this.#clock, usualDays: this.#usualDays };
    const hasDiscarded = await this.#removalCodes.judged(actor, distinct, () => removeFiles(parts, actor, distinct));
    if (hasDiscarded) this.#remover.wake();
    return distinct;
  }

  /**
   * @param signal aborts when the caller disconnects
   * @throws {DomainError} `file-not-found`, `bad-argument`, `bad-name`, `too-busy`
   */
  async changeAttributes(
    actor: Actor,
    references: readonly FileReference[],
    changes: AttributeChanges,
    signal?: AbortSignal,
  ): Promise<BriefFile[]> {
    const newName = nameForOne(references, changes.name);
    if (typeof changes.accessList === "object") requireShortList(changes.accessList);
    requireFewTexts(changes, distinctFiles(references).length);
    const { password } = changes;
    if (password !== undefined) await this.#requireManaged(actor, references, signal);
    const passwordHash = password === undefined ? undefined : await hashLinkPassword(password, actor, signal);
    return this.#changeEach(
      actor,
      references,
      { action: "file.attributes", signal, isOwnersOnly: isAboutLink(changes) },
      async (_access, _caller, file) => ({
        name: newName ?? file.name,
        description: changes.description ?? file.description,
        passwordHash: password === undefined ? file.passwordHash : passwordHash,
        isInline: changes.isInline ?? file.isInline,
        isSslDisabled: changes.isSslDisabled ?? file.isSslDisabled,
        isCdn: changes.isCdn ?? file.isCdn,
        accessList: changes.accessList === "none" ? undefined : (changes.accessList ?? file.accessList),
      }),
    );
  }

  /** Checked before a password is hashed, which would delay others; the change checks again. */
  async #requireManaged(
    actor: Actor,
    references: readonly FileReference[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const now = this.#clock.now();
    const distinct = distinctFiles(references);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, distinct.length, signal));
    const access = forManyFiles(this.#database, actor, distinct);
    for (const reference of distinct) {
      const { isOwners } = await admitToEditFile(access, actor, reference, now);
      if (!isOwners) throw ownersOnly();
    }
  }

  /** Returns all of them. Values that are already set are neither written nor recorded. */
  async #changeEach(
    actor: Actor,
    references: readonly FileReference[],
    call: { action: string; signal: AbortSignal | undefined; isOwnersOnly?: boolean },
    change: (access: FileAccessRows, caller: Actor, file: StoredFile) => Promise<FileChanges>,
  ): Promise<BriefFile[]> {
    const { action, signal, isOwnersOnly = false } = call;
    const now = this.#clock.now();
    const distinct = distinctFiles(references);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, distinct.length, signal));
    await this.#space.takeRows(distinct.length);
    return await transactionAs(this.#database, actor, async (rows, caller) => {
      const all: BriefFile[] = [];
      const changed: BriefFile[] = [];
      const updates: FileUpdate[] = [];
      const access = forManyFiles(rows, caller, distinct);
      for (const reference of distinct) {
        const { id, file, isOwners } = await admitToEditFile(access, caller, reference, now);
        if (isOwnersOnly && !isOwners) throw ownersOnly();
        const changes = changesIn(file, await change(access, caller, file));
        const after = briefFile({ ...file, ...changes });
        all.push(after);
        if (Object.keys(changes).length === 0) continue;
        updates.push({ id, changes });
        changed.push(after);
      }
      const guarded = updates.filter(({ changes }) => "passwordHash" in changes || "accessList" in changes);
      await rows.downloadTokens.removeByFiles(guarded.map(({ id }) => id));
      await rows.files.updateMany(updates);
      await rows.audit.append(fileRecords(caller, now, action, changed));
      return all;
    });
  }
}

/** Only the owner decides what a link requires and how it serves the file, whoever else may write there. */
const isAboutLink = ({ name: _name, description: _description, ...others }: AttributeChanges): boolean =>
  Object.values(others).some((value) => value !== undefined);

const ownersOnly = () =>
  new DomainError("not-allowed", "Only the owner of a file can change the settings of its link; nothing was changed.");

const linksHidden = () => new DomainError("not-allowed", "The links in this folder are now hidden from you.");

const referenceOf = ({ reference }: { reference: FileReference }): FileReference => reference;

function nameForOne(references: readonly FileReference[], given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (distinctFiles(references).length !== 1)
    throw new ArgumentError("other", "Only one file at a time can get a new name.");
  return storedName(given);
}
