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

/** What the policy let somebody restore or remove for good. */
export type UsableTrashId = Permitted<"trash.use" | "system", number>;

/**
 * Files and folders that were removed and can be restored. They are kept apart from the others, with their ids, links and
 * everything else, and count in the trash of their account. An entry that has ended no longer counts and is not found.
 */
export interface TrashRepository {
  /** All of them or none, of different targets; returns their ids in the same order. */
  createMany(entries: readonly NewTrashEntry[]): Promise<number[]>;
  /** Those that exist and have not ended, in no order. */
  findByIds(ids: readonly number[]): Promise<TrashEntry[]>;
  /** The one that is still taking what lies in this folder. */
  findOpen(accountId: string, targetId: string): Promise<TrashEntry | undefined>;
  /** The entry of what was removed by itself and lies in it; undefined for what went with a folder, and while that is being taken. */
  findRemoval(target: RemovedTarget): Promise<TrashEntry | undefined>;
  /** Those that have not ended, the latest first, after `beforeId`. */
  list(accountId: string, page: { beforeId?: number | undefined; limit: number }): Promise<TrashEntry[]>;
  /** Costs the same however much there is. */
  getUsage(accountId: string): Promise<TrashUsage>;
  /** Takes files out of their folders; one that does not exist, or is a guest's, is fine. */
  takeFiles(taken: readonly { entryId: number; fileId: RemovableFileId }[]): Promise<void>;
  /** Takes those folders in which nothing lies; returns them. */
  takeFolders(entryId: number, ids: readonly UsableFolderId[]): Promise<number[]>;
  /** All was taken. */
  close(entryId: number): Promise<void>;
  /** The upper ones first. */
  listFolders(entryId: number, limit: number): Promise<TrashedFolder[]>;
  listFiles(entryId: number, limit: number): Promise<TrashedFile[]>;
  /** Those that lie in a trash, also where their entry has ended, in no order. */
  findFiles(ids: readonly string[]): Promise<TrashedContent[]>;
  /** The one of them that a further link leads to, once it is back. */
  findFileOfLink(linkId: string): Promise<TrashedContent | undefined>;
  /** Puts a folder back, to be found at once. @throws {DomainError} `folder-exists` when the parent has one of that name */
  putFolder(entryId: UsableTrashId, folderId: number, place: { parentId: UsableFolderId; name: string }): Promise<void>;
  /** Puts files back. All of them or none. */
  putFiles(
    entryId: UsableTrashId,
    files: readonly { id: string; folderId: UsableFolderId; name: string }[],
  ): Promise<void>;
  /** Some of it is back: the rest yields to nothing any more, and ends no earlier than `endsAt`. */
  noteRestoring(entryId: UsableTrashId, endsAt: Date): Promise<void>;
  /** To be called when nothing of it is left. */
  remove(entryId: UsableTrashId): Promise<void>;
  /** Ends those that exist. */
  end(ids: readonly UsableTrashId[]): Promise<void>;
  /** The oldest of an account that may yield, but not `spared`; at most 250. */
  listOldest(accountId: string, limit: number, spared?: number): Promise<Yielding[]>;
  /** Ends those whose time is over; returns how many, at most `limit`. */
  endDue(now: Date, limit: number): Promise<number>;
  /**
   * Removes up to `limit` files, folders and entries of what has ended, of one account or of all. The older versions of
   * these files end.
   * Returns how many, and the contents that files had.
   */
  sweep(limit: number, accountId?: string): Promise<{ removed: number; blobIds: string[] }>;
}
