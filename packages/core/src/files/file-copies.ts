import { requireEntries, requireRoom, yieldAhead } from "../accounts/quota.ts";
import type { GivenPassword, LinkPasswords } from "../admission/link-passwords.ts";
import { admitToFillFolder, type FolderReference, ownerOfFolder } from "../folders/folder-access.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database } from "../ports/database.ts";
import { newFileId, newRemovalCode } from "../random-ids.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { DomainError } from "../errors.ts";
import { askedHashes, judgeAll } from "./asked-passwords.ts";
import { admitToLink, type FileReference, type Proof, proofOf, requireSound } from "./file-access.ts";
import { fileRecords } from "./file-records.ts";
import type { NewFile } from "./file-repository.ts";
import { type BriefFile, briefFile, type StoredFile } from "./file.ts";
import { forManyFiles } from "./many-files.ts";
import type { ManyFilesPlaces } from "./many-files-places.ts";

export interface CopyOptions {
  destination: FolderReference;
  newName?: string | undefined;
  password?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Copies files: new files with new links that share the stored bytes. */
export class FileCopies {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #places: ManyFilesPlaces;
  readonly #remover: BytesRemover;

  constructor(input: {
    database: Database;
    space: StorageSpace;
    passwords: LinkPasswords;
    countries: Countries;
    clock: Clock;
    maxEntries: number;
    places: ManyFilesPlaces;
    remover: BytesRemover;
  }) {
    this.#database = input.database;
    this.#space = input.space;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#clock = input.clock;
    this.#maxEntries = input.maxEntries;
    this.#places = input.places;
    this.#remover = input.remover;
  }

  /** One copy of each of these distinct files; all or none. @throws {DomainError} as `FileService.copy` */
  async make(
    actor: Actor,
    references: readonly FileReference[],
    options: CopyOptions,
  ): Promise<{ from: BriefFile; to: StoredFile }[]> {
    const now = this.#clock.now();
    const proof = await this.#judgePassword(actor, references, options);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, references.length, options.signal));
    const sources: Proof[] = [];
    const known = forManyFiles(this.#database, actor, references);
    const ask = { action: "file.fetch", now, proof, countries: this.#countries } as const;
    for (const reference of references) {
      sources.push(proofOf(await admitToLink(known, actor, reference, ask)));
    }
    await this.#space.takeRows(sources.length);
    const sizes = sources.map(({ file }) => file.sizeBytes);
    const destination = await admitToFillFolder(this.#database, actor, options.destination, now);
    await yieldAhead(this.#database, await ownerOfFolder(this.#database, destination), sizes, now);
    const { copies, hasDiscarded } = await transactionAs(this.#database, actor, async (rows, caller) => {
      const admitted = await admitToFillFolder(rows, caller, options.destination, now);
      const { id: folderId } = admitted;
      const owner = await ownerOfFolder(rows, admitted);
      const freedRoom = await requireRoom(rows, owner, sizes, now);
      const freedEntries = await requireEntries(rows, owner, { added: sources.length, most: this.#maxEntries, now });
      const copies: { from: BriefFile; to: NewFile }[] = [];
      const found = sources.map((source) => ({ source, reference: { fileId: source.file.id } }));
      const access = forManyFiles(
        rows,
        caller,
        found.map(({ reference }) => reference),
      );
      for (const { source, reference } of found) {
        const ask = { action: "file.fetch", now, proof: source, countries: this.#countries } as const;
        const { file, isOwners, shared } = await admitToLink(access, caller, reference, ask);
        // A copy would be an uncounted download.
        if (file.link?.maxDownloads !== undefined && !isOwners && shared === undefined)
          throw new DomainError("not-allowed", "This link has a download limit; download the file instead.");
        requireSound(file);
        const from = briefFile(file);
        const to = copyOf(from, { accountId: owner.id, folderId, name: options.newName ?? from.name }, now);
        copies.push({ from, to });
      }
      const copied = copies.map(({ to }) => to);
      await rows.files.createMany(copied);
      await rows.audit.append(fileRecords(caller, now, "file.copy", copied));
      return { copies, hasDiscarded: freedRoom || freedEntries };
    });
    if (hasDiscarded) this.#remover.wake();
    return copies;
  }

  /** Checking a password takes time, so nothing is locked meanwhile. */
  async #judgePassword(
    actor: Actor,
    references: readonly FileReference[],
    { password, signal }: { password?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<GivenPassword> {
    const given = this.#passwords.given(password, actor, signal);
    if ((password ?? "") === "") return given;
    const hashesOf = async () => {
      using held = new DisposableStack();
      held.use(await this.#places.take(actor, references.length, signal));
      const rows = forManyFiles(this.#database, actor, references);
      return await askedHashes(rows, actor, references, this.#clock.now());
    };
    return judgeAll(given, await hashesOf());
  }
}

function copyOf(from: BriefFile, place: Pick<NewFile, "accountId" | "folderId" | "name">, now: Date): NewFile {
  return {
    ...from,
    ...place,
    id: newFileId(),
    removalCode: newRemovalCode(),
    description: "",
    passwordHash: undefined,
    accessList: undefined,
    ownLink: undefined,
    createdAt: now,
  };
}
