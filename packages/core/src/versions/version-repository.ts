import type { Yielding } from "../accounts/yielding.ts";
import type { ChangeableFileId, RemovableFileId } from "../files/file-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { TrashUsage } from "../trash/trash.ts";
import type { FileVersion } from "./file-version.ts";

/** What somebody who may manage its file may end, or what the system ends by itself. */
export type EndableVersionId = Permitted<"system", number>;

/** A version is made of a file as it stands; its content is that of the file. */
export interface NewVersion extends Pick<FileVersion, "replacedAt" | "endsAt" | "replacedByKeyId"> {
  readonly fileId: ChangeableFileId;
}

/**
 * Contents that files had before. They belong to their file by its id, wherever that lies, and count with their account.
 * One that has ended counts no more and is found no more.
 */
export interface VersionRepository {
  /** Keeps what these files have now, each once. One that does not exist, or is a guest's, is left out. */
  keepCurrent(versions: readonly NewVersion[]): Promise<void>;
  /** The latest first. */
  listByFile(fileId: string, limit: number): Promise<FileVersion[]>;
  /** Of that file alone. */
  find(fileId: string, id: number): Promise<FileVersion | undefined>;
  /** The latest of that file with this content. */
  findByContent(fileId: string, blobId: string): Promise<FileVersion | undefined>;
  /** How many each of these files has; those without any are left out. */
  countByFiles(fileIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Costs the same however many there are. */
  getUsage(accountId: string): Promise<TrashUsage>;
  /** The oldest of an account. */
  listOldest(accountId: string, limit: number): Promise<Yielding[]>;
  /** Ends versions of a file: those of these ids, or all but the latest so many. Returns how many. */
  endOfFile(fileId: ChangeableFileId, which: { ids: readonly number[] } | { allBut: number }): Promise<number>;
  /** Ends those of files that are removed for good; returns how many. */
  endByFiles(fileIds: readonly RemovableFileId[]): Promise<number>;
  end(ids: readonly EndableVersionId[]): Promise<void>;
  /** Ends those whose time is over; returns how many, at most `limit`. */
  endDue(now: Date, limit: number): Promise<number>;
  /** Removes up to `limit` of what has ended, of one account or of all; returns how many, and their contents. */
  sweep(limit: number, accountId?: string): Promise<{ removed: number; blobIds: string[] }>;
}
