import { isDomainError } from "../errors.ts";
import { admitToFillFolder, type FolderReference, type SharedFolderRows } from "../folders/folder-access.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { can } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";
import { trashedObject } from "./trash-access.ts";
import type { TrashEntry } from "./trash.ts";

export interface EarlierRemoval {
  readonly outcome: "done";
  readonly name: string;
  /** Undefined if it is in somebody else's trash, and the caller may write in that folder. */
  readonly trashId: number | undefined;
}

/**
 * Answers a repeated removal of a file or folder that is already in a trash: a client that missed the first answer gets
 * it again. Undefined for any other refusal, for what was removed with a folder above it, and for what this caller
 * could not have removed.
 */
export async function findEarlierRemoval(
  rows: SharedFolderRows & Pick<Repositories, "trash">,
  actor: Actor,
  { entry, refusal, now }: { entry: { fileId: string } | { folder: FolderReference }; refusal: unknown; now: Date },
): Promise<EarlierRemoval | undefined> {
  if (!isDomainError(refusal, "file-not-found") && !isDomainError(refusal, "folder-not-found")) return undefined;
  if (!isAccountActor(actor) || ("folder" in entry && entry.folder === "root")) return undefined;
  const found = await rows.trash.findRemoval("fileId" in entry ? entry : { folderId: Number(entry.folder) });
  if (found === undefined) return undefined;
  const { id, name } = found;
  const question = { action: "trash.use", trashed: trashedObject(found) } as const;
  if (can(actor, question, { now, linkPassword: "not-needed" }).isAllowed)
    return { outcome: "done", name, trashId: id };
  return (await mightRemoveThere(rows, actor, found, now)) ? { outcome: "done", name, trashId: undefined } : undefined;
}

/** In a folder shared with the caller, if that still exists. */
async function mightRemoveThere(
  rows: SharedFolderRows,
  actor: Actor,
  { kind, place }: TrashEntry,
  now: Date,
): Promise<boolean> {
  const above = place.at(-1);
  if (above === undefined) return false;
  try {
    const { shared } = await admitToFillFolder(rows, actor, above.id, now);
    return shared !== undefined && (kind === "folder" || !shared.hidesLinks);
  } catch (error) {
    if (isDomainError(error)) return false;
    throw error;
  }
}
