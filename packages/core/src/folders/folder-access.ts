import { DomainError } from "../errors.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { permit, type Permitted } from "../policy/permitted.ts";
import type { FolderRepository } from "./folder-repository.ts";
import type { Folder } from "./folder.ts";

/** A folder as a caller names it: its id, or the root the caller sees. */
export type FolderReference = number | "root";

/** A folder the policy admitted this actor to, with its way up. */
export interface AdmittedFolder {
  readonly id: Permitted<"folder.use", number>;
  readonly folder: Folder;
  /** From the folder itself up to the root of the account. */
  readonly ancestry: readonly Folder[];
  readonly actor: AccountActor;
}

/** Where the way up from a folder is read. */
export type AncestrySource = Pick<FolderRepository, "listAncestry">;

/** @throws {DomainError} `folder-not-found` for absent, foreign and fenced-off folders alike, `not-authenticated` */
export async function admitToFolder(
  rows: { folders: AncestrySource },
  actor: Actor,
  reference: FolderReference,
  now: Date,
): Promise<AdmittedFolder> {
  if (!isAccountActor(actor)) throw new DomainError("not-authenticated", "This needs an account.");
  const id = reference === "root" ? actor.rootFolderId : reference;
  const ancestry = await rows.folders.listAncestry(id);
  const folder = ancestry[0];
  if (folder === undefined)
    throw new DomainError("folder-not-found", "There is no such folder, or it is not yours to see.");
  const ancestorIds = ancestry.map((ancestor) => ancestor.id);
  const permitted = permit(actor, { action: "folder.use", folder, ancestorIds }, { now, linkPassword: "not-needed" });
  return { id: permitted, folder, ancestry, actor };
}

/** True for the folder this actor sees as its root: it can be neither moved, renamed nor removed. */
export function isActorsRoot(admitted: AdmittedFolder): boolean {
  return admitted.folder.id === admitted.actor.rootFolderId || admitted.folder.parentId === undefined;
}

/** Names from below the actor's root down to the first folder of the ancestry; empty for the root itself. */
export function namesBelow(ancestry: readonly Folder[], rootFolderId: number): string[] {
  const names: string[] = [];
  for (const folder of ancestry) {
    if (folder.id === rootFolderId || folder.parentId === undefined) break;
    names.unshift(folder.name);
  }
  return names;
}
