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
  /** Undefined where it lies in the trash of somebody else, in whose folder the caller may write. */
  readonly trashId: number | undefined;
}

/**
 * What a removal is told whose file or folder is not there, when it lies in a trash: whoever lost the answer to the call
 * that removed it asks once more, and gets that answer. Undefined for any other refusal, for what went with a folder above
 * it, and for what this caller could not have removed.
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

/** In a folder that is shared with the caller, if it is still there. */
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
