import type { StoredFile } from "../files/file.ts";
import { type RemovableFile, removeFiles } from "../files/removed-files.ts";
import { AncestryMemory } from "../folders/ancestry-memory.ts";
import type { Actor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { newTrashEntry, placeOf, trashDaysOf } from "./trash-access.ts";
import type { NewTrashEntry } from "./trash.ts";

export type RemovedFile = RemovableFile & Pick<StoredFile, "accountId" | "folderId" | "name">;

export interface Removed {
  /** Number of contents given up. */
  readonly discarded: number;
  /** Trash entries by file id. */
  readonly trashIds: ReadonlyMap<string, number>;
}

/**
 * Removes files as their owners have configured: into the owner's trash, each as its own entry, or permanently if the
 * owner has no trash; guests' files always permanently. Runs in a transaction; once it is durable, given-up bytes may
 * be removed.
 */
export async function removeToTrash(
  rows: Repositories,
  caller: Actor,
  files: readonly RemovedFile[],
  { now, usualDays }: { now: Date; usualDays: number },
): Promise<Removed> {
  const daysOf = await daysOfOwners(rows, files, usualDays);
  const isForTrash = ({ accountId }: RemovedFile) => accountId !== undefined && (daysOf.get(accountId) ?? 0) > 0;
  const gone = files.filter((file) => !isForTrash(file));
  const discarded = gone.length === 0 ? 0 : await removeFiles(rows, gone, now);
  const trashed = files.filter(isForTrash);
  if (trashed.length === 0) return { discarded, trashIds: new Map() };
  const folders = new AncestryMemory(rows.folders);
  await folders.readAhead(trashed.flatMap(({ folderId }) => folderId ?? []));
  const entries: NewTrashEntry[] = [];
  for (const { id, accountId = "", folderId = 0, name } of trashed) {
    const place = placeOf(await folders.listAncestry(folderId));
    const removal = { caller, now, days: daysOf.get(accountId) ?? 0 };
    entries.push(newTrashEntry(removal, { accountId, kind: "file", targetId: id, name, place, levels: 0 }));
  }
  await rows.downloadTokens.removeByFiles(trashed.map(({ id }) => id));
  const entryIds = await rows.trash.createMany(entries);
  await rows.trash.takeFiles(trashed.map(({ id }, at) => ({ entryId: entryIds[at] ?? 0, fileId: id })));
  return { discarded, trashIds: new Map(trashed.map(({ id }, at) => [id, entryIds[at] ?? 0])) };
}

async function daysOfOwners(
  rows: Pick<Repositories, "accounts">,
  files: readonly RemovedFile[],
  usualDays: number,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(files.flatMap(({ accountId }) => accountId ?? []))];
  const owners = await rows.accounts.findByIds(ids);
  return new Map(owners.map((owner) => [owner.id, trashDaysOf(owner, usualDays)]));
}
