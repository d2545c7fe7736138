import {
  admitToFillFolder,
  type AdmittedFolder,
  type FolderReference,
  ownerOfFolder,
} from "../folders/folder-access.ts";
import { AncestryMemory } from "../folders/ancestry-memory.ts";
import { folderRecords } from "../folders/folder-records.ts";
import type { Folder } from "../folders/folder.ts";
import { refuseRoot } from "../folders/folder-moves.ts";
import type { Actor } from "../policy/actor.ts";
import { bySystem } from "../policy/by-system.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newTrashEntry, placeOf, trashDaysOf } from "./trash-access.ts";
import { sweepEnded } from "./trash-sweep.ts";

/** Files and folders per transaction; other writers get their turn in between. */
const ITEMS_PER_STEP = 500;
/** Looked up at a time. */
const ITEMS_PER_LOOK = 200;
const LIES_IN_IT = "it lies in a folder whose removal was permitted in this transaction";

/**
 * Removes an empty folder, into the trash if the account has one; returns the entry.
 * @throws {DomainError} `folder-not-empty`
 */
export async function removeEmptyFolder(
  rows: Repositories,
  caller: Actor,
  admitted: AdmittedFolder,
  { now, usualDays }: { now: Date; usualDays: number },
): Promise<number | undefined> {
  const { id, folder } = admitted;
  const { fileCount, folderCount } = await rows.folders.getCounters(id);
  const days = trashDaysOf(await ownerOfFolder(rows, admitted), usualDays);
  if (days === 0 || fileCount + folderCount > 0) {
    await rows.folders.remove(id);
    return undefined;
  }
  const entryId = await openEntry(rows, { caller, now, days }, admitted);
  const [taken] = await rows.trash.takeFolders(entryId, [id]);
  if (taken === undefined) throw new Error(`The folder ${folder.id} has other contents than its counters say.`);
  await rows.trash.close(entryId);
  return entryId;
}

async function openEntry(
  rows: Repositories,
  removal: { caller: Actor; now: Date; days: number },
  { folder, ancestry }: AdmittedFolder,
): Promise<number> {
  const { levelsBelow } = await rows.folders.getCounters(folder.id);
  const [entryId = 0] = await rows.trash.createMany([
    newTrashEntry(removal, {
      accountId: folder.accountId,
      kind: "folder",
      targetId: String(folder.id),
      name: folder.name,
      place: placeOf(ancestry.slice(1)),
      levels: levelsBelow + 1,
    }),
  ]);
  return entryId;
}

export interface RemovedFolder {
  readonly name: string;
  /** Undefined if the account has no trash, or the trash is not the remover's own. */
  readonly trashId: number | undefined;
}

/**
 * Removes folders with everything in them, in steps. If interrupted, the rest stays where it is; what was removed can
 * be restored with its entry, and the next removal of the same folder continues.
 */
export class FolderRemoval {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;
  readonly #usualDays: number;
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(input: { database: Database; remover: BytesRemover; clock: Clock; usualDays: number }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#clock = input.clock;
    this.#usualDays = input.usualDays;
  }

  isRunning(targetId: string): boolean {
    return this.#running.has(targetId);
  }

  /**
   * Waits for another call that is removing the folder, so that a repeated call gets its answer.
   * @throws {DomainError} `folder-not-found`, also if the other call has removed it; `root-folder-protected`
   */
  async run(actor: Actor, reference: FolderReference): Promise<RemovedFolder> {
    const { folder, shared } = await admitToFillFolder(this.#database, actor, reference, this.#clock.now());
    const key = String(folder.id);
    for (let other = this.#running.get(key); other !== undefined; other = this.#running.get(key)) {
      await Promise.allSettled([other]);
    }
    const removal = this.#removeWhole(actor, folder);
    this.#running.set(key, removal);
    try {
      const trashId = await removal;
      return { name: folder.name, trashId: shared === undefined ? trashId : undefined };
    } finally {
      this.#running.delete(key);
    }
  }

  async #removeWhole(actor: Actor, { id, accountId }: Folder): Promise<number | undefined> {
    for (let stack: readonly number[] = [id]; ;) {
      const from: readonly number[] = stack;
      const step = await transactionAs(this.#database, actor, (rows, caller) => this.#step(rows, caller, id, from));
      if (step.trashId === undefined) await this.#sweep(accountId);
      if (step.stack.length === 0) return step.trashId;
      stack = step.stack;
    }
  }

  /** `stack` contains the folders still to be emptied, deepest last. */
  async #step(
    rows: Repositories,
    caller: Actor,
    folderId: number,
    stack: readonly number[],
  ): Promise<{ stack: readonly number[]; trashId: number | undefined }> {
    const now = this.#clock.now();
    const admitted = await admitToFillFolder(rows, caller, folderId, now);
    refuseRoot(admitted);
    const { folder } = admitted;
    const days = trashDaysOf(await ownerOfFolder(rows, admitted), this.#usualDays);
    const open = await rows.trash.findOpen(folder.accountId, String(folder.id));
    const entryId = open?.id ?? (await openEntry(rows, { caller, now, days }, admitted));
    const left = await takeSome(rows, entryId, await stillBelow(rows, folder.id, stack));
    if (left.length === 0) {
      await rows.trash.close(entryId);
      await rows.audit.append(folderRecords(caller, now, "folder.remove", [folder]));
    }
    if (days === 0) await rows.trash.end([bySystem(entryId, "the account keeps no trash")]);
    return { stack: left, trashId: days === 0 ? undefined : entryId };
  }

  #sweep(accountId: string): Promise<void> {
    return sweepEnded({ database: this.#database, remover: this.#remover, clock: this.#clock }, accountId);
  }
}

/** Since the last step, folders may have been moved elsewhere; those stay, with everything in them. */
async function stillBelow(rows: Repositories, folderId: number, stack: readonly number[]): Promise<number[]> {
  const folders = new AncestryMemory(rows.folders);
  await folders.readAhead(stack);
  const left: number[] = [];
  for (const id of stack) {
    if ((await folders.listAncestry(id)).some((above) => above.id === folderId)) left.push(id);
  }
  return left;
}

/** Returns the folders still to be emptied. */
async function takeSome(rows: Repositories, entryId: number, from: readonly number[]): Promise<readonly number[]> {
  const stack = [...from];
  let left = ITEMS_PER_STEP;
  for (let id = stack.at(-1); id !== undefined && left > 0; id = stack.at(-1)) {
    const limit = Math.min(left, ITEMS_PER_LOOK);
    const files = await rows.files.listPositions({ folderId: id }, { limit });
    if (files.length > 0) {
      const ids = files.map((file) => bySystem(file.id, LIES_IN_IT));
      await rows.downloadTokens.removeByFiles(ids);
      await rows.trash.takeFiles(ids.map((fileId) => ({ entryId, fileId })));
      left -= files.length;
      continue;
    }
    const children = (await rows.folders.listChildren(id, { limit })).map((child) => child.id);
    const taken = new Set(await take(rows, entryId, children.length === 0 ? [id] : children));
    left -= Math.max(1, taken.size);
    if (children.length === 0) stack.pop();
    else stack.push(...children.filter((child) => !taken.has(child)));
  }
  return stack;
}

const take = (rows: Repositories, entryId: number, ids: readonly number[]): Promise<number[]> =>
  rows.trash.takeFolders(
    entryId,
    ids.map((id) => bySystem(id, LIES_IN_IT)),
  );
