import { DomainError } from "../errors.ts";
import type { Repositories } from "../ports/database.ts";
import { admitToFolder, type AdmittedFolder, type FolderReference, isActorsRoot } from "./folder-access.ts";
import { requireDepth } from "./folder-depth.ts";
import type { UsableFolderId } from "./folder-repository.ts";

/** @throws {DomainError} `root-folder-protected` */
export function refuseRoot(admitted: AdmittedFolder): void {
  if (isActorsRoot(admitted)) {
    throw new DomainError("root-folder-protected", "The root folder can be neither moved, renamed nor removed.");
  }
}

/**
 * The folder that another one may be moved to.
 * @throws {DomainError} `folder-not-found`, `folder-cycle`, `folder-too-deep`
 */
export async function newParentId(
  rows: Pick<Repositories, "folders">,
  moved: AdmittedFolder,
  reference: FolderReference,
  now: Date,
): Promise<UsableFolderId> {
  const parent = await admitToFolder(rows, moved.actor, reference, now);
  if (parent.ancestry.some((ancestor) => ancestor.id === moved.folder.id)) {
    throw new DomainError("folder-cycle", "A folder cannot be moved into itself; nothing was changed.");
  }
  const { levelsBelow } = await rows.folders.getCounters(moved.folder.id);
  const depth = parent.ancestry.length - 1;
  requireDepth({ depth, depthBefore: moved.ancestry.length - 2, levels: levelsBelow + 1 });
  return parent.id;
}
