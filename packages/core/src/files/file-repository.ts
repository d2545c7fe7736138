import type { Usage } from "../accounts/usage.ts";
import type { UsableFolderId } from "../folders/folder-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { ListedFile, StoredFile } from "./file.ts";

export interface FileFilter {
  /** Inclusive. */
  readonly createdAfter?: Date | undefined;
  /** Exclusive. */
  readonly createdBefore?: Date | undefined;
}

/** The position of a file in a list. */
export interface FilePosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface FilePage extends FileFilter {
  /** Default: oldest first. Then by id, for a stable order of files with the same name. */
  newestFirst?: boolean;
  /** Only files after this position. */
  after?: FilePosition | undefined;
  /** Most rows to return. */
  limit: number;
}

export type ChangeableFileId = Permitted<"file.manage" | "file.edit" | "system", string>;
export type RemovableFileId = Permitted<"file.remove" | "system", string>;

/**
 * Its folder must permit the use; a guest's upload has no folder. Whether it is damaged or blocked depends on its
 * content.
 */
export interface NewFile extends StoredFile {
  readonly folderId: UsableFolderId | undefined;
}

export type FileChanges = Partial<
  Pick<
    NewFile,
    | "accountId"
    | "folderId"
    | "name"
    | "description"
    | "passwordHash"
    | "accessList"
    | "isInline"
    | "isSslDisabled"
    | "isCdn"
  >
>;

export interface FileUpdate {
  readonly id: ChangeableFileId;
  readonly changes: FileChanges;
}

/** Gives the same link other bytes. */
export interface ContentChange extends Pick<StoredFile, "blobId" | "contentType" | "createdAt"> {
  readonly id: ChangeableFileId;
}

/** A guest's file that is due for removal. */
export type UnusedFile = Pick<StoredFile, "id" | "name" | "blobId">;

export interface FileRepository {
  findById(id: string): Promise<StoredFile | undefined>;
  /** Those that exist, in no particular order, without duplicates. */
  findByIds(ids: readonly string[]): Promise<StoredFile[]>;
  listByFolder(folderId: number, page: FilePage): Promise<ListedFile[]>;
  listByAccount(accountId: string, page: FilePage): Promise<ListedFile[]>;
  /** Like the two methods above, but positions only: for counting. */
  listPositions(place: { folderId: number } | { accountId: string }, page: FilePage): Promise<FilePosition[]>;
  /** Newest first. */
  listByName(folderId: number, name: string, limit: number): Promise<StoredFile[]>;
  /** The newest file of that name. */
  findByName(folderId: number, name: string): Promise<StoredFile | undefined>;
  /** An undamaged file with that name and content, however many files have the name. */
  findByContent(
    folderId: number,
    name: string,
    content: { whirlpool: string; sizeBytes: number | undefined },
  ): Promise<StoredFile | undefined>;
  /** All or none. The blob rows must exist already. */
  createMany(files: readonly NewFile[]): Promise<void>;
  /** All or none, each id once; ids that do not exist are ignored. Fields left out of `changes` stay as they are. */
  updateMany(updates: readonly FileUpdate[]): Promise<void>;
  /** All or none, each id once. The blob rows must exist already. */
  replaceContents(changes: readonly ContentChange[]): Promise<void>;
  /** All or none; ids that do not exist are ignored. */
  removeMany(ids: readonly RemovableFileId[]): Promise<void>;
  /**
   * How often files of the account were downloaded, including files that are gone. The cost does not depend on how many
   * there are.
   */
  countDownloads(accountId: string): Promise<number>;
  /** Counts a download of each file, for it and its account; ids that do not exist are ignored. */
  noteDownloads(ids: readonly string[]): Promise<void>;
  /** Records that somebody downloads a guest's file, to the hour. Has no effect on an account's file. */
  noteGuestUse(id: string, now: Date): Promise<void>;
  /** Guests' files that were uploaded, and last downloaded, before that time; longest unused first. */
  listUnusedOfGuests(before: Date, limit: number): Promise<UnusedFile[]>;
  /** All files of guests together. */
  getUsageOfGuests(): Promise<{ files: number; fileBytes: number }>;
  /** All files of the account, as the quota counts them. The cost does not depend on how many there are. */
  getUsage(accountId: string): Promise<Usage>;
}
