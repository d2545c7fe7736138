import { DomainError } from "../errors.ts";
import { admitToFillFolder, type AdmittedFolder, type FolderReference } from "../folders/folder-access.ts";
import { makeFolder } from "../folders/folder-service.ts";
import type { AccountActor } from "../policy/actor.ts";
import { can } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";
import { batchPathOf } from "./batch-path.ts";
import type { BatchFile, BatchQuestion } from "./batch.ts";

export interface FoundFolder {
  readonly admitted: AdmittedFolder;
  /** Made in this transaction, so that nothing lies in it but what this one puts there. */
  readonly isNew: boolean;
}

interface Step {
  readonly id: number;
  readonly isNew: boolean;
}

/** The folders that the files of one transaction go to. What is not there is made, each once. */
export class BatchFolders {
  readonly #rows: Repositories;
  readonly #caller: AccountActor;
  /** By the id that files name; undefined: that of the batch. */
  readonly #bases = new Map<FolderReference | undefined, AdmittedFolder>();
  readonly #maxEntries: number;
  readonly #now: Date;
  readonly #steps = new Map<string, Step>();
  readonly #found = new Map<string, FoundFolder>();

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
   * @throws {DomainError} `folder-too-deep`, `folder-not-found`, `not-allowed` also of somebody else's than that of the batch,
   *   `quota-exceeded`, `scope-missing` of a key that may make no folder
   */
  async at(below: FolderReference | undefined, names: readonly string[]): Promise<FoundFolder> {
    const base = await this.#baseOf(below);
    const path = [base.folder.id, ...names].join("/");
    const known = this.#found.get(path);
    if (known !== undefined) return known;
    const { id, isNew } = await this.#walk(base.folder.id, names);
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
        "All files of a batch go to folders of one account; this one was not stored.",
      );
    }
    this.#bases.set(below, base);
    return base;
  }

  async #walk(baseId: number, names: readonly string[]): Promise<Step> {
    let step: Step = { id: baseId, isNew: false };
    let path = String(baseId);
    for (const name of names) {
      path += `/${name}`;
      const next = this.#steps.get(path) ?? (await this.#enter(step, name));
      this.#steps.set(path, next);
      step = next;
    }
    return step;
  }

  async #enter(parent: Step, name: string): Promise<Step> {
    const there = parent.isNew ? undefined : await this.#rows.folders.findChild(parent.id, name);
    if (there !== undefined) return { id: there.id, isNew: false };
    requireMayChange(this.#caller, this.#now);
    const made = { parent: parent.id, name, maxEntries: this.#maxEntries, now: this.#now };
    return { id: (await makeFolder(this.#rows, this.#caller, made)).id, isNew: true };
  }
}

/**
 * A file of this name and content below a folder, where the caller may fill that. Whoever may not see links of others is
 * told of none.
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

/** What a key that only uploads may not do, here as little as by a call of its own. @throws {DomainError} `scope-missing` */
export function requireMayChange(caller: AccountActor, now: Date): void {
  const question = { action: "api.use", area: "files", right: "write", isForCustomers: false } as const;
  if (can(caller, question, { now, linkPassword: "not-needed" }).isAllowed) return;
  throw new DomainError(
    "scope-missing",
    "This API key may neither make folders nor replace files; nothing of this file was stored.",
  );
}
