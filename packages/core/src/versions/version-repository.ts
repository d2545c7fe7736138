import type { Yielding } from "../accounts/yielding.ts";
import type { ChangeableFileId, RemovableFileId } from "../files/file-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { TrashUsage } from "../trash/trash.ts";
import type { FileVersion } from "./file-version.ts";

/** A version that may be ended: by somebody who may manage its file, or by the system. */
export type EndableVersionId = Permitted<"system", number>;

/** A version is made of a file's current content. */
export interface NewVersion extends Pick<FileVersion, "replacedAt" | "endsAt" | "replacedByKeyId"> {
  readonly fileId: ChangeableFileId;
}

/**
 * Earlier contents of files. They belong to a file by its id, wherever it is, and count for its account. An ended
 * version no longer counts and is not found.
 */
export interface VersionRepository {
  /** Keeps the current content of each of these files. Missing files and guests' files are skipped. */
  keepCurrent(versions: readonly NewVersion[]): Promise<void>;
  /** Latest first. */
  listByFile(fileId: string, limit: number): Promise<FileVersion[]>;
  /** Only finds versions of that file. */
  find(fileId: string, id: number): Promise<FileVersion | undefined>;
  /** The latest version of that file with this content. */
  findByContent(fileId: string, blobId: string): Promise<FileVersion | undefined>;
  /** Number of versions of each of these files; those without any are left out. */
  countByFiles(fileIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The cost does not depend on how many there are. */
  getUsage(accountId: string): Promise<TrashUsage>;
  /** The oldest versions of an account. */
  listOldest(accountId: string, limit: number): Promise<Yielding[]>;
  /** Ends versions of a file: those with these ids, or all but the latest. Returns how many. */
  endOfFile(fileId: ChangeableFileId, which: { ids: readonly number[] } | { allBut: number }): Promise<number>;
  /** Ends versions of files that are removed permanently; returns how many. */
  endByFiles(fileIds: readonly RemovableFileId[]): Promise<number>;
  end(ids: readonly EndableVersionId[]): Promise<void>;
  /** Ends expired versions; returns how many, at most `limit`. */
  endDue(now: Date, limit: number): Promise<number>;
  /** Removes up to `limit` ended versions, of one account or all; returns how many, and their contents. */
  sweep(limit: number, accountId?: string): Promise<{ removed: number; blobIds: string[] }>;
}
