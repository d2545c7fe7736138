import { DomainError, isDomainError } from "../errors.ts";
import { admitToFillFolder, type AdmittedFolder, type FolderReference } from "../folders/folder-access.ts";
import { folderRecords } from "../folders/folder-records.ts";
import type { Folder } from "../folders/folder.ts";
import { makeFolder } from "../folders/folder-service.ts";
import type { AccountActor } from "../policy/actor.ts";
import { can } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";
import { batchPathOf } from "./batch-path.ts";
import type { BatchFile, BatchQuestion } from "./batch.ts";

export interface FoundFolder {
  readonly admitted: AdmittedFolder;
  /** Created in this transaction, so it only holds what this transaction puts there. */
  readonly isNew: boolean;
}

interface Step {
  readonly id: number;
  readonly isNew: boolean;
}

interface CreatedFolder {
  readonly folder: Folder;
  readonly path: string;
}

/** The folders that the files of one transaction go to. Missing folders are made, each once. */
export class BatchFolders {
  readonly #rows: Repositories;
  readonly #caller: AccountActor;
  /** By the id that files give; undefined: the batch's folder. */
  readonly #bases = new Map<FolderReference | undefined, AdmittedFolder>();
  readonly #maxEntries: number;
  readonly #now: Date;
  readonly #steps = new Map<string, Step>();
  readonly #found = new Map<string, FoundFolder>();
  /** Created folders, in order. */
  readonly #created = new Map<number, CreatedFolder>();

  constructor(
    rows: Repositories,
    caller: AccountActor,
    { base, maxEntries, now }: { base: AdmittedFolder; maxEntries: number; now: Date },
  ) {
    this.#rows = rows;
    this.#caller = caller;
    this.#bases.set(undefined, base);
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  /**
   * A path is made completely or not at all.
   * @param waiting files of the transaction without a row yet
   * @throws {DomainError} `folder-too-deep`, `folder-not-found`, `not-allowed` (also for a folder of another account
   *   than the batch's), `quota-exceeded`, `scope-missing` for a key that may not make folders
   */
  async at(below: FolderReference | undefined, names: readonly string[], waiting: number): Promise<FoundFolder> {
    const base = await this.#baseOf(below);
    const path = [base.folder.id, ...names].join("/");
    const known = this.#found.get(path);
    if (known !== undefined) return known;
    const { id, isNew } = await this.#walk(base.folder.id, names, waiting);
    const admitted = id === base.folder.id ? base : await admitToFillFolder(this.#rows, this.#caller, id, this.#now);
    const found = { admitted, isNew };
    this.#found.set(path, found);
    return found;
  }

  async #baseOf(below: FolderReference | undefined): Promise<AdmittedFolder> {
    const known = this.#bases.get(below);
    if (known !== undefined) return known;
    const base = await admitToFillFolder(this.#rows, this.#caller, below ?? "root", this.#now);
    if (base.folder.accountId !== this.#bases.get(undefined)?.folder.accountId) {
      throw new DomainError(
        "not-allowed",
        "All files of a batch must go to folders of one account; this one was not stored.",
      );
    }
    this.#bases.set(below, base);
    return base;
  }

  /** Removes folders made for files that were not stored; `used` are folders that hold files of the transaction. */
  async removeUnused(used: Iterable<number>): Promise<void> {
    const needed = new Set<number | undefined>();
    for (const id of used) {
      for (let created = this.#created.get(id); created !== undefined && !needed.has(created.folder.id);) {
        needed.add(created.folder.id);
        created = this.#created.get(created.folder.parentId ?? 0);
      }
    }
    await this.#remove([...this.#created.values()].filter(({ folder }) => !needed.has(folder.id)));
  }

  async #walk(baseId: number, names: readonly string[], waiting: number): Promise<Step> {
    const createdBefore = this.#created.size;
    let step: Step = { id: baseId, isNew: false };
    let path = String(baseId);
    try {
      for (const name of names) {
        path += `/${name}`;
        const next = this.#steps.get(path) ?? (await this.#enter(step, { name, path, waiting }));
        this.#steps.set(path, next);
        step = next;
      }
    } catch (error) {
      if (isDomainError(error)) await this.#remove([...this.#created.values()].slice(createdBefore));
      throw error;
    }
    return step;
  }

  async #enter(parent: Step, { name, path, waiting }: { name: string; path: string; waiting: number }): Promise<Step> {
    const there = parent.isNew ? undefined : await this.#rows.folders.findChild(parent.id, name);
    if (there !== undefined) return { id: there.id, isNew: false };
    requireMayChange(this.#caller, this.#now);
    const wanted = {
      parent: parent.id,
      name,
      maxEntries: this.#maxEntries,
      entriesBeside: waiting + 1,
      now: this.#now,
    };
    const folder = await makeFolder(this.#rows, this.#caller, wanted);
    this.#created.set(folder.id, { folder, path });
    return { id: folder.id, isNew: true };
  }

  /** Deepest first: they contain only what is removed with them. */
  async #remove(folders: readonly CreatedFolder[]): Promise<void> {
    for (const { folder, path } of folders.toReversed()) {
      const { id } = await admitToFillFolder(this.#rows, this.#caller, folder.id, this.#now);
      await this.#rows.folders.remove(id);
      this.#created.delete(folder.id);
      this.#steps.delete(path);
      this.#found.delete(path);
    }
    const removed = folders.map(({ folder }) => folder);
    if (removed.length > 0)
      await this.#rows.audit.append(folderRecords(this.#caller, this.#now, "folder.remove", removed));
  }
}

/**
 * A file with this name and content below a folder that the caller may add to. Callers who may not see other people's
 * links find none.
 * @throws {DomainError} `folder-not-found`, `not-allowed`, `bad-name`, `folder-too-deep`
 */
export async function findBelow(
  rows: Pick<Repositories, "files" | "folders" | "folderShares">,
  caller: AccountActor,
  { folder, path, sizeBytes, whirlpool }: BatchQuestion & { folder: FolderReference },
  now: Date,
): Promise<BatchFile | undefined> {
  const { folders, name } = batchPathOf(path);
  const admitted = await admitToFillFolder(rows, caller, folder, now);
  let folderId: number | undefined = admitted.folder.id;
  for (const each of folders) {
    folderId = folderId === undefined ? undefined : (await rows.folders.findChild(folderId, each))?.id;
  }
  if (folderId === undefined || admitted.shared?.hidesLinks === true) return undefined;
  return findThere(rows, folderId, { name, sizeBytes, whirlpool });
}

export async function findThere(
  { files }: Pick<Repositories, "files">,
  folderId: number,
  { name, sizeBytes, whirlpool }: Pick<BatchFile, "name" | "sizeBytes" | "whirlpool">,
): Promise<BatchFile | undefined> {
  const file = await files.findByContent(folderId, name, { whirlpool, sizeBytes });
  return file === undefined
    ? undefined
    : { fileId: file.id, folderId, name, sizeBytes, whirlpool, domain: file.domain };
}

/** Upload-only keys may not do this here either. @throws {DomainError} `scope-missing` */
export function requireMayChange(caller: AccountActor, now: Date): void {
  const question = { action: "api.use", area: "files", right: "write", isForCustomers: false } as const;
  if (can(caller, question, { now, linkPassword: "not-needed" }).isAllowed) return;
  throw new DomainError(
    "scope-missing",
    "This API key may neither create folders nor replace files; nothing of this file was stored.",
  );
}
