import type { Account } from "../accounts/account.ts";
import { DomainError } from "../errors.ts";
import type { Folder } from "../folders/folder.ts";
import type { Actor } from "../policy/actor.ts";
import { permit } from "../policy/permitted.ts";
import type { Repositories } from "../ports/database.ts";
import type { NewTrashEntry, TrashedPlace, TrashEntry } from "./trash.ts";
import type { UsableTrashId } from "./trash-repository.ts";

/** Only trees from earlier releases are deeper; of those, the lowest folders are kept. */
const MOST_PLACES = 200;
const DAY_MS = 24 * 3_600_000;

/** A trash entry in the form that the policy needs. */
export const trashedObject = ({ id, accountId, place }: Pick<TrashEntry, "id" | "accountId" | "place">) => ({
  id,
  accountId,
  ancestorIds: place.map((folder) => folder.id),
});

/** @throws {DomainError} `trash-entry-not-found` for missing, other people's and out-of-bounds entries alike */
export async function admitToTrash(
  rows: Pick<Repositories, "trash">,
  actor: Actor,
  entryId: number,
  now: Date,
): Promise<{ id: UsableTrashId; entry: TrashEntry }> {
  const [entry] = await rows.trash.findByIds([entryId]);
  if (entry === undefined) throw notInTrash();
  const question = { action: "trash.use", trashed: trashedObject(entry) } as const;
  return { id: permit(actor, question, { now, linkPassword: "not-needed" }), entry };
}

const notInTrash = () =>
  new DomainError("trash-entry-not-found", "There is no such entry in the trash, or you have no access to it.");

/** How long the account keeps removed files; 0: not at all. */
export function trashDaysOf({ settings }: Pick<Account, "settings">, usualDays: number): number {
  return settings.trashDays ?? usualDays;
}

export interface Removal {
  readonly caller: Actor;
  readonly now: Date;
  /** More than 0. */
  readonly days: number;
}

/** The fields that all entries of one removal share. */
export function newTrashEntry(
  { caller, now, days }: Removal,
  entry: Pick<NewTrashEntry, "accountId" | "kind" | "targetId" | "name" | "place" | "levels">,
): NewTrashEntry {
  return {
    ...entry,
    removedAt: now,
    endsAt: new Date(now.getTime() + days * DAY_MS),
    removedByKeyId: caller.kind === "account" ? caller.key?.id : undefined,
    isOpen: entry.kind === "folder",
  };
}

/** Names of the folders that contained it, from below the root that the caller sees. */
export function trashedPath(actor: Actor, { place }: Pick<TrashEntry, "place">): string[] {
  const root = actor.kind === "account" ? place.findIndex(({ id }) => id === actor.rootFolderId) : -1;
  return place.slice(root + 1).map(({ name }) => name);
}

/** From the root down, as stored in an entry. */
export function placeOf(ancestry: readonly Folder[]): TrashedPlace[] {
  return ancestry
    .slice(0, MOST_PLACES)
    .map(({ id, name }) => ({ id, name }))
    .toReversed();
}
