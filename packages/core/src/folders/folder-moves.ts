import { DomainError } from "../errors.ts";
import type { Repositories } from "../ports/database.ts";
import { admitToFillFolder, type AdmittedFolder, type FolderReference, isActorsRoot } from "./folder-access.ts";
import { requireDepth } from "./folder-depth.ts";
import type { UsableFolderId } from "./folder-repository.ts";

/** @throws {DomainError} `root-folder-protected` */
export function refuseRoot(admitted: AdmittedFolder): void {
  if (isActorsRoot(admitted)) {
    throw new DomainError("root-folder-protected", "The root folder cannot be moved, renamed or removed.");
  }
}

/**
 * The id of the folder that another one may be moved to.
 * @throws {DomainError} `folder-not-found`, `folder-cycle`, `folder-too-deep`, `not-allowed` for one of another account
 */
export async function newParentId(
  rows: Pick<Repositories, "folders" | "folderShares">,
  moved: AdmittedFolder,
  reference: FolderReference,
  now: Date,
): Promise<UsableFolderId> {
  const parent = await admitToFillFolder(rows, moved.actor, reference, now);
  if (parent.folder.accountId !== moved.folder.accountId) throw otherAccount();
  if (parent.ancestry.some((ancestor) => ancestor.id === moved.folder.id)) {
    throw new DomainError("folder-cycle", "A folder cannot be moved into itself; nothing was changed.");
  }
  const { levelsBelow } = await rows.folders.getCounters(moved.folder.id);
  const depth = parent.ancestry.length - 1;
  requireDepth({ depth, depthBefore: moved.ancestry.length - 2, levels: levelsBelow + 1 });
  return parent.id;
}

/** Moving to another account would take a folder out of the first one's quota, trash and links. */
export const otherAccount = () =>
  new DomainError(
    "not-allowed",
    "Files and folders cannot be moved from one account to another. Copy them instead, then remove the ones you copied.",
  );
