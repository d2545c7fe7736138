import type { Folder } from "../folders/folder.ts";

/** What somebody a folder is shared with may do in it. */
export interface ShareRights {
  /** Put in, change and remove files and folders. */
  readonly mayWrite: boolean;
  /** Sees names, but no links: files are had by folder and name. Never together with `mayWrite`. */
  readonly hidesLinks: boolean;
}

/** A folder shared with a person, as its owner sees that. */
export interface FolderShare extends ShareRights {
  readonly folderId: number;
  /** As the owner gave it. Whether it has an account, nobody is told. */
  readonly email: string;
  readonly createdAt: Date;
}

/** The same as the account that it is shared with has it. */
export interface FolderGrant extends ShareRights {
  readonly folderId: number;
  readonly accountId: string;
  readonly ownerEmail: string;
  readonly isOwnerLocked: boolean;
}

export interface ReceivedShare extends FolderGrant {
  readonly folder: Folder;
  readonly createdAt: Date;
}

/** All that an account may do in a folder by the shares of it and of the folders above. */
export interface SharedRight extends ShareRights {
  readonly ownerEmail: string;
  /** The highest of the shared folders: above it there is nothing to see. */
  readonly topId: number;
  /** The right to write begins with this very folder, which only its owner moves, renames and removes. */
  readonly isTop: boolean;
}

/** What a share inside a shared folder gives is added: none takes away what another gives. Undefined without any. */
export function rightBy(grants: readonly FolderGrant[], ancestorIds: readonly number[]): SharedRight | undefined {
  const given = grants.filter(({ folderId }) => ancestorIds.includes(folderId));
  const top = given.toSorted((one, other) => depth(other, ancestorIds) - depth(one, ancestorIds)).at(0);
  if (top === undefined) return undefined;
  return {
    ownerEmail: top.ownerEmail,
    topId: top.folderId,
    mayWrite: given.some(({ mayWrite }) => mayWrite),
    hidesLinks: given.every(({ hidesLinks }) => hidesLinks),
    isTop: !given.some(({ mayWrite, folderId }) => mayWrite && folderId !== ancestorIds[0]),
  };
}

/** How far above the folder: the ids go from it up. */
const depth = ({ folderId }: FolderGrant, ancestorIds: readonly number[]): number => ancestorIds.indexOf(folderId);
