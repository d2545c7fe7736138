import type { FolderCounters } from "../accounts/usage.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { Folder } from "./folder.ts";

/** A folder that may be changed or added to. */
export type UsableFolderId = Permitted<"folder.use" | "folder.fill" | "system", number>;

export interface NewFolder extends Omit<Folder, "id" | "parentId"> {
  readonly parentId: UsableFolderId | undefined;
}

export interface FolderChanges extends Partial<Pick<Folder, "name" | "publicShareId" | "sharePasswordHash">> {
  readonly parentId?: UsableFolderId;
}

/** The position of a folder among those of its account. */
export interface FolderPosition {
  readonly levelsBelow: number;
  readonly id: number;
}

export interface FolderRepository {
  findById(id: number): Promise<Folder | undefined>;
  /** Those that exist, in no particular order, without duplicates. */
  findByIds(ids: readonly number[]): Promise<Folder[]>;
  findByPublicShareId(publicShareId: string): Promise<Folder | undefined>;
  findChild(parentId: number, name: string): Promise<Folder | undefined>;
  /** Ordered by name, in byte order, after `afterName`. */
  listChildren(parentId: number, page: { afterName?: string | undefined; limit: number }): Promise<Folder[]>;
  /**
   * All folders of the account, after the position of `after`: folders without subfolders first, the root last. Within
   * a level by id.
   */
  listByAccount(
    accountId: string,
    page: { after?: FolderPosition | undefined; limit: number },
  ): Promise<(Folder & FolderPosition)[]>;
  /** Those with a public page, by id. */
  listShared(accountId: string, page: { after?: number | undefined; limit: number }): Promise<Folder[]>;
  /** Removes all their public pages and passwords; returns how many there were. */
  endShares(accountId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<number>;
  /** From the folder itself up to and including the root of its account; empty when it does not exist. */
  listAncestry(id: number): Promise<Folder[]>;
  /** Files and folders directly in it, and levels of folders below. The cost does not depend on how many there are. */
  getCounters(id: number): Promise<FolderCounters>;
  /** @throws {DomainError} `folder-exists` if the parent has a folder of that name */
  create(folder: NewFolder): Promise<Folder>;
  /** @throws {DomainError} `folder-exists` as `create` */
  update(id: UsableFolderId, changes: FolderChanges): Promise<void>;
  /** @throws {DomainError} `folder-not-empty` */
  remove(id: UsableFolderId): Promise<void>;
  /** Removes those that are empty, and nothing from the others; returns the ids of the others that exist. */
  removeEmpty(ids: readonly UsableFolderId[]): Promise<UsableFolderId[]>;
}
