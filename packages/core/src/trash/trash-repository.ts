import type { Yielding } from "../accounts/yielding.ts";
import type { RemovableFileId } from "../files/file-repository.ts";
import type { UsableFolderId } from "../folders/folder-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type {
  NewTrashEntry,
  RemovedTarget,
  TrashedContent,
  TrashEntry,
  TrashedFile,
  TrashedFolder,
  TrashUsage,
} from "./trash.ts";

/** An entry that the policy permitted to restore or remove permanently. */
export type UsableTrashId = Permitted<"trash.use" | "system", number>;

/**
 * Removed files and folders that can be restored. They are stored separately, with their ids, links and everything
 * else, and count towards the trash of their account. An ended entry no longer counts and is not found.
 */
export interface TrashRepository {
  /** All or none, of different targets; returns their ids in the same order. */
  createMany(entries: readonly NewTrashEntry[]): Promise<number[]>;
  /** Those that exist and have not ended, in no particular order. */
  findByIds(ids: readonly number[]): Promise<TrashEntry[]>;
  /** The entry that is still taking the contents of this folder. */
  findOpen(accountId: string, targetId: string): Promise<TrashEntry | undefined>;
  /**
   * The entry of a file or folder that was removed by itself; undefined if it was removed with a folder, and while that
   * is in progress.
   */
  findRemoval(target: RemovedTarget): Promise<TrashEntry | undefined>;
  /** Entries that have not ended, latest first, after `beforeId`. */
  list(accountId: string, page: { beforeId?: number | undefined; limit: number }): Promise<TrashEntry[]>;
  /** The cost does not depend on how much there is. */
  getUsage(accountId: string): Promise<TrashUsage>;
  /** Takes files out of their folders; missing files and guests' files are ignored. */
  takeFiles(taken: readonly { entryId: number; fileId: RemovableFileId }[]): Promise<void>;
  /** Takes those folders that are empty; returns them. */
  takeFolders(entryId: number, ids: readonly UsableFolderId[]): Promise<number[]>;
  /** Everything was taken. */
  close(entryId: number): Promise<void>;
  /** Upper ones first. */
  listFolders(entryId: number, limit: number): Promise<TrashedFolder[]>;
  listFiles(entryId: number, limit: number): Promise<TrashedFile[]>;
  /** Files in a trash, even if their entry has ended, in no particular order. */
  findFiles(ids: readonly string[]): Promise<TrashedContent[]>;
  /** The file that an additional link leads to once it is restored. */
  findFileOfLink(linkId: string): Promise<TrashedContent | undefined>;
  /** Restores a folder, visible at once. @throws {DomainError} `folder-exists` if the parent has one of that name */
  putFolder(entryId: UsableTrashId, folderId: number, place: { parentId: UsableFolderId; name: string }): Promise<void>;
  /** Restores files, all or none. */
  putFiles(
    entryId: UsableTrashId,
    files: readonly { id: string; folderId: UsableFolderId; name: string }[],
  ): Promise<void>;
  /** Part of it is restored: the rest is no longer removed to make room, and ends no earlier than `endsAt`. */
  noteRestoring(entryId: UsableTrashId, endsAt: Date): Promise<void>;
  /** Call when nothing of it is left. */
  remove(entryId: UsableTrashId): Promise<void>;
  /** Ends those that exist. */
  end(ids: readonly UsableTrashId[]): Promise<void>;
  /** The oldest entries of an account that may be removed to make room, but not `spared`; at most 250. */
  listOldest(accountId: string, limit: number, spared?: number): Promise<Yielding[]>;
  /** Ends expired entries; returns how many, at most `limit`. */
  endDue(now: Date, limit: number): Promise<number>;
  /**
   * Removes up to `limit` files, folders and entries of what has ended, for one account or all. Older versions of these
   * files end. Returns how many, and the contents of the files.
   */
  sweep(limit: number, accountId?: string): Promise<{ removed: number; blobIds: string[] }>;
}
