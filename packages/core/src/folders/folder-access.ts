import type { Account } from "../accounts/account.ts";
import { DomainError } from "../errors.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { permit, type Permitted } from "../policy/permitted.ts";
import { sharedRight } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";
import type { FolderGrant, SharedRight } from "../shares/folder-share.ts";
import type { FolderShareRepository } from "../shares/folder-share-repository.ts";
import type { FolderRepository } from "./folder-repository.ts";
import type { Folder } from "./folder.ts";

/** How a caller identifies a folder: its id, or the root that the caller sees. */
export type FolderReference = number | "root";

/** A folder that the policy admitted this actor to, with its ancestry. */
export interface AdmittedFolder extends SeenFolder {
  readonly id: Permitted<"folder.use" | "folder.fill", number>;
}

/** A folder that the policy lets this actor see, with its ancestry. */
export interface SeenFolder {
  readonly folder: Folder;
  /** From the folder itself up to the root of the account. */
  readonly ancestry: readonly Folder[];
  readonly actor: AccountActor;
  /** The rights that shares give; undefined if the folder is the actor's own. */
  readonly shared?: SharedRight | undefined;
}

/** Reads the ancestry of a folder. */
export type AncestrySource = Pick<FolderRepository, "listAncestry">;

/** Reads what is shared with an account. */
export type GrantSource = Pick<FolderShareRepository, "isAnyReceived" | "listGrants">;

export interface SharedFolderRows {
  readonly folders: AncestrySource;
  readonly folderShares: GrantSource;
}

/**
 * @throws {DomainError} `folder-not-found` for missing, other people's and out-of-bounds folders alike,
 *   `not-authenticated`
 */
export async function admitToFolder(
  rows: { folders: AncestrySource },
  actor: Actor,
  reference: FolderReference,
  now: Date,
): Promise<AdmittedFolder & { readonly id: Permitted<"folder.use", number> }> {
  const found = await lookUp(rows, actor, reference);
  const { folder, ancestorIds } = found;
  const id = permit(found.actor, { action: "folder.use", folder, ancestorIds }, { now, linkPassword: "not-needed" });
  return { ...found, id };
}

/**
 * Like `admitToFolder`, for reading only, and also for people it is shared with.
 * @throws {DomainError} as `admitToFolder`; `owner-locked`
 */
export async function admitToSeeFolder(
  rows: SharedFolderRows,
  actor: Actor,
  reference: FolderReference,
  now: Date,
): Promise<SeenFolder> {
  const found = await withShares(rows, await lookUp(rows, actor, reference));
  permit(found.actor, { action: "folder.see", ...found }, { now, linkPassword: "not-needed" });
  return found;
}

/**
 * Like `admitToFolder`, also for people who may write in it through a share.
 * @throws {DomainError} as `admitToFolder`; `owner-locked`, `not-allowed` if it is shared for reading
 */
export async function admitToFillFolder(
  rows: SharedFolderRows,
  actor: Actor,
  reference: FolderReference,
  now: Date,
): Promise<AdmittedFolder> {
  const found = await withShares(rows, await lookUp(rows, actor, reference));
  const id = permit(found.actor, { action: "folder.fill", ...found }, { now, linkPassword: "not-needed" });
  return { ...found, id };
}

type FoundFolder = Pick<SeenFolder, "folder" | "ancestry" | "actor"> & { readonly ancestorIds: readonly number[] };

async function lookUp(
  rows: { folders: AncestrySource },
  actor: Actor,
  reference: FolderReference,
): Promise<FoundFolder> {
  if (!isAccountActor(actor)) throw new DomainError("not-authenticated", "This needs an account.");
  const ancestry = await rows.folders.listAncestry(reference === "root" ? actor.rootFolderId : reference);
  const folder = ancestry[0];
  if (folder === undefined)
    throw new DomainError("folder-not-found", "There is no such folder, or you have no access to it.");
  return { folder, ancestry, actor, ancestorIds: ancestry.map(({ id }) => id) };
}

async function withShares(rows: Pick<SharedFolderRows, "folderShares">, found: FoundFolder) {
  const { actor, folder, ancestorIds } = found;
  const grants = await grantsIn(rows, actor, { ownerId: folder.accountId, ancestorIds: async () => ancestorIds });
  const shared = sharedRight(actor, { grants, ancestorIds });
  return { ...found, grants, ...(shared === undefined ? {} : { shared }) };
}

/** What is shared with the actor of these folders of another account; reads nothing for the actor's own. */
export async function grantsIn(
  { folderShares }: Pick<SharedFolderRows, "folderShares">,
  actor: AccountActor,
  place: { ownerId: string; ancestorIds: () => Promise<readonly number[]> },
): Promise<readonly FolderGrant[]> {
  if (place.ownerId === actor.account.id || actor.rootFolderId !== actor.account.rootFolderId) return [];
  if (!(await folderShares.isAnyReceived(actor.account.id, place.ownerId))) return [];
  return folderShares.listGrants(actor.account.id, await place.ancestorIds());
}

/**
 * True for the folder that this actor sees as its root, and for the top folder of a writable share: it can be neither
 * moved, renamed nor removed.
 */
export function isActorsRoot({ folder, actor, shared }: SeenFolder): boolean {
  return folder.id === actor.rootFolderId || folder.parentId === undefined || shared?.isTop === true;
}

/** The account that owns what is in the folder, and whose quota it uses. */
export async function ownerOfFolder(
  rows: Pick<Repositories, "accounts">,
  { actor, folder }: Pick<SeenFolder, "actor" | "folder">,
): Promise<Account> {
  if (folder.accountId === actor.account.id) return actor.account;
  const owner = await rows.accounts.findById(folder.accountId);
  if (owner === undefined) throw new DomainError("folder-not-found", "The account of this folder is gone.");
  return owner;
}

/** A folder as people other than its owner see it: without its public page. */
export function asShared<Each extends Folder>(folder: Each): Each {
  return { ...folder, publicShareId: undefined, sharePasswordHash: undefined };
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
