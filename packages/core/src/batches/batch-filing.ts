import { refusalsOf, requireEntries, requireRoom } from "../accounts/quota.ts";
import type { Account } from "../accounts/account.ts";
import { findNumberedName, isNameTaken } from "../entries/free-name.ts";
import { DomainError } from "../errors.ts";
import { admitToManageFile } from "../files/file-access.ts";
import { fileRecords } from "../files/file-records.ts";
import {
  type AdmittedFolder,
  admitToFillFolder,
  type FolderReference,
  ownerOfFolder,
} from "../folders/folder-access.ts";
import type { NewFile } from "../files/file-repository.ts";
import type { AccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { domainFor } from "../uploads/upload.ts";
import type { ReceivedFile } from "../uploads/incoming-file.ts";
import { newFile, placeContents } from "../uploads/upload-filing.ts";
import { replaceSome } from "../versions/replacement.ts";
import { BatchFolders, findThere, requireMayChange } from "./batch-folders.ts";
import { isOfOneFile } from "./batch-path.ts";
import type { BatchFile, BatchOutcome, BatchOptions } from "./batch.ts";

/** A file of a batch whose bytes are durable, but which nobody can see yet. */
export interface ArrivedBatchFile {
  readonly number: number;
  readonly folder: FolderReference | undefined;
  readonly folders: readonly string[];
  readonly received: ReceivedFile;
}

export interface BatchFiling {
  readonly outcomes: readonly BatchOutcome[];
  /** Keys of bytes that no row refers to, from files that were skipped or refused. */
  readonly unusedKeys: readonly string[];
  readonly healedBlobIds: readonly string[];
  readonly hasDiscarded: boolean;
  readonly stored: { readonly files: number; readonly bytes: number };
}

export interface BatchFilingRules {
  readonly options: BatchOptions;
  readonly maxEntries: number;
  /** How long an account keeps replaced files. */
  daysOf(account: Account): number;
  readonly now: Date;
}

interface PlacedFile {
  readonly arrived: ArrivedBatchFile;
  readonly folder: AdmittedFolder;
  readonly name: string;
  /** An existing file with this name and content. */
  readonly there?: BatchFile;
  /** The file whose content is replaced. */
  readonly replacedId?: string;
}

/**
 * Creates the rows for some files of a batch, and missing folders. Each file is refused separately, before it is
 * written.
 */
export async function fileBatch(
  rows: Repositories,
  caller: AccountActor,
  files: readonly ArrivedBatchFile[],
  rules: BatchFilingRules,
): Promise<BatchFiling> {
  const base = await admitToFillFolder(rows, caller, rules.options.folder, rules.now);
  const owner = await ownerOfFolder(rows, base);
  const portion = new BatchPortion(rows, caller, {
    owner,
    folders: new BatchFolders(rows, caller, { ...rules, base }),
    rules,
  });
  for (const file of files) await portion.add(file);
  return portion.end();
}

class BatchPortion {
  readonly #rows: Repositories;
  readonly #caller: AccountActor;
  readonly #owner: Account;
  readonly #rules: BatchFilingRules;
  readonly #folders: BatchFolders;
  readonly #outcomes: BatchOutcome[] = [];
  readonly #unusedKeys: string[] = [];
  readonly #healedBlobIds: string[] = [];
  readonly #stored = { files: 0, bytes: 0 };
  /** Folders with files that got rows. */
  readonly #filled = new Set<number>();
  #hasDiscarded = false;
  #hasWritten = false;
  /** Files without a row yet, by folder and name. */
  #placed = new Map<string, PlacedFile>();

  constructor(
    rows: Repositories,
    caller: AccountActor,
    { owner, folders, rules }: { owner: Account; folders: BatchFolders; rules: BatchFilingRules },
  ) {
    this.#rows = rows;
    this.#caller = caller;
    this.#owner = owner;
    this.#rules = rules;
    this.#folders = folders;
  }

  /** @throws {DomainError} as `#write`: for all files of the portion */
  async add(arrived: ArrivedBatchFile): Promise<void> {
    let step = await this.#placeOrRefuse(arrived);
    if (step === "after-others") {
      await this.#write();
      step = await this.#placeOrRefuse(arrived);
    }
    if (typeof step === "object") this.#placed.set(keyOf(step.folder, step.name), step);
    else this.#unusedKeys.push(arrived.received.blobKey);
  }

  async end(): Promise<BatchFiling> {
    await this.#write();
    await this.#folders.removeUnused(this.#filled);
    return {
      outcomes: this.#outcomes,
      unusedKeys: this.#unusedKeys,
      healedBlobIds: this.#healedBlobIds,
      hasDiscarded: this.#hasDiscarded,
      stored: this.#stored,
    };
  }

  /** "after-others": whether the name is free is only known once the earlier files have rows. */
  async #placeOrRefuse(arrived: ArrivedBatchFile): Promise<PlacedFile | "after-others" | "told"> {
    const { number } = arrived;
    try {
      const placed = await this.#place(arrived);
      if (placed !== undefined) return placed;
      this.#outcomes.push({ number, outcome: "skipped" });
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      this.#outcomes.push({ number, outcome: "failed", error });
    }
    return "told";
  }

  /** Undefined if the file is skipped. */
  async #place(arrived: ArrivedBatchFile): Promise<PlacedFile | "after-others" | undefined> {
    const { received } = arrived;
    const { name } = received;
    const { admitted: folder, isNew } = await this.#folders.at(arrived.folder, arrived.folders, this.#placed.size);
    const { id: folderId } = folder.folder;
    // The second of two files with the same name must see the result of the first.
    if (this.#placed.has(keyOf(folder, name))) return "after-others";
    const placed = { arrived, folder, name };
    // Once rows were made, some may be in it.
    if (isNew && !this.#hasWritten) return placed;
    const there = await this.#findThere(received, folder);
    if (there !== undefined) return { ...placed, there };
    const { nameTaken } = this.#rules.options;
    if (nameTaken === "add" || !(await isNameTaken(this.#rows, "file", folderId, name))) return placed;
    switch (nameTaken) {
      case "skip":
        return undefined;
      case "fail":
        throw taken();
      case "keep-both": {
        const free = await findNumberedName(this.#rows, "file", folderId, { wanted: name });
        if (free === undefined) throw taken();
        // That name may also be waiting for its row.
        if (this.#placed.has(keyOf(folder, free.name))) return "after-others";
        return { ...placed, name: free.name };
      }
      case "replace":
        return { ...placed, replacedId: await this.#replacedId(folder, name) };
    }
  }

  /** Callers who may not see other people's links are not told about existing files. */
  async #findThere(received: ReceivedFile, { folder, shared }: AdmittedFolder): Promise<BatchFile | undefined> {
    return shared?.hidesLinks === true ? undefined : findThere(this.#rows, folder.id, received);
  }

  async #replacedId({ folder, shared }: AdmittedFolder, name: string): Promise<string> {
    requireMayChange(this.#caller, this.#rules.now);
    if (shared !== undefined) {
      throw new DomainError(
        "not-allowed",
        "Only the owner of this folder can replace files in it; this one was not stored.",
      );
    }
    const newest = await this.#rows.files.findByName(folder.id, name);
    const reference = { fileId: newest?.id ?? "" };
    const { file } = await admitToManageFile(this.#rows, this.#caller, reference, this.#rules.now);
    return file.id;
  }

  /** @throws {DomainError} `quota-exceeded`, `too-busy`: for all of them */
  async #write(): Promise<void> {
    const placed = await this.#fitting([...this.#placed.values()]);
    this.#placed = new Map();
    if (placed.length === 0) return;
    this.#hasWritten = true;
    const { maxEntries, now } = this.#rules;
    const added = placed.filter(({ there }) => there === undefined);
    const sizes = added.map(({ arrived }) => arrived.received.sizeBytes);
    const freedRoom = await requireRoom(this.#rows, this.#owner, sizes, now);
    const freedEntries = await requireEntries(this.#rows, this.#owner, { added: added.length, most: maxEntries, now });
    const blobIds = await this.#placeContents(placed);
    if (freedRoom || freedEntries) this.#hasDiscarded = true;
    const files = added.map((each) => this.#newFile(each, blobIds));
    await this.#rows.files.createMany(files);
    for (const { folder } of added) this.#filled.add(folder.folder.id);
    await this.#rows.audit.append(fileRecords(this.#caller, now, "file.upload", files));
    const replaced = await this.#replace(added, files);
    this.#stored.files += added.length;
    this.#stored.bytes += sizes.reduce((sum, size) => sum + size, 0);
    const created = new Map(added.map((each, at) => [each, fileOf(files[at], replaced)]));
    for (const each of placed) {
      const { number } = each.arrived;
      const { there, replacedId } = each;
      const file = there ?? created.get(each);
      if (file === undefined) throw new Error("A file of a batch got no row.");
      const isReplaced = replacedId !== undefined && file.fileId === replacedId;
      const outcome = there === undefined ? (isReplaced ? "replaced" : "stored") : "exists";
      this.#outcomes.push({ number, outcome, file });
    }
  }

  /** Leaves out files that the account has no room for, and reports those. */
  async #fitting(placed: readonly PlacedFile[]): Promise<PlacedFile[]> {
    const { maxEntries: most, now } = this.#rules;
    const sizes = placed.flatMap(({ there, arrived }) => (there === undefined ? [arrived.received.sizeBytes] : []));
    const refusals = (await refusalsOf(this.#rows, this.#owner, sizes, { most, now })).values();
    return placed.filter(({ there, arrived }) => {
      const error = there === undefined ? refusals.next().value : undefined;
      if (error === undefined) return true;
      this.#outcomes.push({ number: arrived.number, outcome: "failed", error });
      this.#unusedKeys.push(arrived.received.blobKey);
      return false;
    });
  }

  /** Includes contents that exist already: the bytes that just arrived are known to be sound. */
  async #placeContents(placed: readonly PlacedFile[]): Promise<Map<PlacedFile, string>> {
    const { now } = this.#rules;
    const contents = placed.map(({ arrived }) => arrived.received);
    const { blobIds, healedBlobIds, discardedKeys } = await placeContents(this.#rows, contents, now);
    await this.#rows.discardedBytes.add(discardedKeys, now);
    if (discardedKeys.length > 0) this.#hasDiscarded = true;
    this.#healedBlobIds.push(...healedBlobIds);
    return new Map(placed.map((each, at) => [each, blobIds[at] ?? each.arrived.received.blobKey]));
  }

  #newFile(each: PlacedFile, blobIds: ReadonlyMap<PlacedFile, string>): NewFile {
    const { arrived, folder, name } = each;
    const part = { ...arrived.received, name };
    const options = { domain: domainFor(this.#caller, this.#rules.options.domain), passwordHash: undefined };
    return newFile(part, { blobId: blobIds.get(each) ?? part.blobKey, folder, options, now: this.#rules.now });
  }

  /**
   * The older file of that name gets the bytes, and the newer row is removed. Returns the ids of the resulting files,
   * by the newer one.
   */
  async #replace(added: readonly PlacedFile[], files: readonly NewFile[]): Promise<ReadonlyMap<string, string>> {
    const replacements = added.flatMap(({ replacedId: fileId }, at) => {
      const by = files[at]?.id;
      return fileId === undefined || by === undefined ? [] : [{ fileId, by }];
    });
    if (replacements.length === 0) return new Map();
    const { daysOf, now } = this.#rules;
    const work = { replacements, days: daysOf(this.#caller.account), now };
    const { outcomes, hasDiscarded } = await replaceSome(this.#rows, this.#caller, work);
    if (hasDiscarded) this.#hasDiscarded = true;
    return new Map(
      replacements.flatMap(({ fileId, by }, at) => (outcomes[at]?.outcome === "failed" ? [] : [[by, fileId]])),
    );
  }
}

function fileOf(file: NewFile | undefined, replaced: ReadonlyMap<string, string>): BatchFile | undefined {
  if (file?.folderId === undefined || file.whirlpool === undefined) return undefined;
  const { id, folderId, name, sizeBytes, whirlpool, domain } = file;
  return { fileId: replaced.get(id) ?? id, folderId, name, sizeBytes, whirlpool, domain };
}

const keyOf = ({ folder }: AdmittedFolder, name: string): string => `${folder.id} ${name}`;

const taken = () =>
  new DomainError("file-exists", "There is already a file with this name there; this one was not stored.");
