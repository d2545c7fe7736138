import type { Folder } from "../folders/folder.ts";

/** What a person may do in a folder shared with them. */
export interface ShareRights {
  /** Add, change and remove files and folders. */
  readonly mayWrite: boolean;
  /** Sees names, but no links: files are downloaded by folder and name. Never together with `mayWrite`. */
  readonly hidesLinks: boolean;
}

/** A folder shared with a person, as the owner sees it. */
export interface FolderShare extends ShareRights {
  readonly folderId: number;
  /** As given by the owner. Whether it has an account is not revealed. */
  readonly email: string;
  readonly createdAt: Date;
}

/** The same, as the person's account sees it. */
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

/** Everything an account may do in a folder, through shares of it and of the folders above. */
export interface SharedRight extends ShareRights {
  readonly ownerEmail: string;
  /** The topmost shared folder: nothing above it is visible. */
  readonly topId: number;
  /** The right to write begins with this folder itself, so only its owner may move, rename or remove it. */
  readonly isTop: boolean;
}

/** Rights from shares inside a shared folder are added: none takes away what another gives. Undefined without any. */
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

/** How far above the folder: the ids go upwards from it. */
const depth = ({ folderId }: FolderGrant, ancestorIds: readonly number[]): number => ancestorIds.indexOf(folderId);
