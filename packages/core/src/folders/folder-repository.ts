import type { FolderCounters } from "../accounts/usage.ts";
import type { Folder } from "./folder.ts";

export interface FolderRepository {
  findById(id: number): Promise<Folder | undefined>;
  findByPublicShareId(publicShareId: string): Promise<Folder | undefined>;
  findChild(parentId: number, name: string): Promise<Folder | undefined>;
  /** By name, in byte order, after `afterName`. */
  listChildren(parentId: number, page: { afterName?: string | undefined; limit: number }): Promise<Folder[]>;
  /** From the folder itself up to and including the root of its account; empty when it does not exist. */
  listAncestry(id: number): Promise<Folder[]>;
  /** Files directly in it, and levels of folders below. Costs the same however many there are. */
  getCounters(id: number): Promise<FolderCounters>;
  /** True when neither a file nor a folder lies in it. */
  isEmpty(id: number): Promise<boolean>;
  /** @throws {DomainError} `folder-exists` when the parent has a folder of that name */
  create(folder: Omit<Folder, "id">): Promise<Folder>;
  /** @throws {DomainError} `folder-exists` as above */
  update(
    id: number,
    changes: Partial<Pick<Folder, "parentId" | "name" | "publicShareId" | "sharePasswordHash">>,
  ): Promise<void>;
  /** @throws {DomainError} `folder-not-empty` when something lies in it */
  remove(id: number): Promise<void>;
}
