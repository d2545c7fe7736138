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

/** Where a file stands in a list. */
export interface FilePosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface FilePage extends FileFilter {
  /** Oldest first otherwise, then by id: a stable order for duplicates of one name. */
  newestFirst?: boolean;
  /** Only what follows this position. */
  after?: FilePosition | undefined;
  /** Most rows to return. */
  limit: number;
}

export type ChangeableFileId = Permitted<"file.manage" | "file.edit" | "system", string>;
export type RemovableFileId = Permitted<"file.remove" | "system", string>;

/** In a folder whose use is permitted; a guest's upload is in none. Its content says whether it is damaged or blocked. */
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

/** Other bytes under the same link. */
export interface ContentChange extends Pick<StoredFile, "blobId" | "contentType" | "createdAt"> {
  readonly id: ChangeableFileId;
}

/** A guest's file that is to go. */
export type UnusedFile = Pick<StoredFile, "id" | "name" | "blobId">;

export interface FileRepository {
  findById(id: string): Promise<StoredFile | undefined>;
  /** Those that exist, in no order; each once. */
  findByIds(ids: readonly string[]): Promise<StoredFile[]>;
  listByFolder(folderId: number, page: FilePage): Promise<ListedFile[]>;
  listByAccount(accountId: string, page: FilePage): Promise<ListedFile[]>;
  /** As the two above list files, their positions only: for counting them. */
  listPositions(place: { folderId: number } | { accountId: string }, page: FilePage): Promise<FilePosition[]>;
  /** Newest first. */
  listByName(folderId: number, name: string, limit: number): Promise<StoredFile[]>;
  /** Newest of that name. */
  findByName(folderId: number, name: string): Promise<StoredFile | undefined>;
  /** Some undamaged one of that name and content, however many of the name there are. */
  findByContent(
    folderId: number,
    name: string,
    content: { whirlpool: string; sizeBytes: number | undefined },
  ): Promise<StoredFile | undefined>;
  /** All of them or none. The blob rows must exist already. */
  createMany(files: readonly NewFile[]): Promise<void>;
  /** All of them or none, each id once; one that does not exist is fine. What is absent from `changes` stays as it is. */
  updateMany(updates: readonly FileUpdate[]): Promise<void>;
  /** All of them or none, each id once. The blob rows must exist already. */
  replaceContents(changes: readonly ContentChange[]): Promise<void>;
  /** All of them or none; one that does not exist is fine. */
  removeMany(ids: readonly RemovableFileId[]): Promise<void>;
  /** How often files of the account were downloaded, those that are gone too. Costs the same however many there are. */
  countDownloads(accountId: string): Promise<number>;
  /** Counts a download of each, for it and its account; one that does not exist is fine. */
  noteDownloads(ids: readonly string[]): Promise<void>;
  /** Somebody fetches a guest's file. Noted to the hour; a file of an account is not touched. */
  noteGuestUse(id: string, now: Date): Promise<void>;
  /** Files of guests that came, and were last fetched, before that; longest unused first. */
  listUnusedOfGuests(before: Date, limit: number): Promise<UnusedFile[]>;
  /** All files of guests together. */
  getUsageOfGuests(): Promise<{ files: number; fileBytes: number }>;
  /** All files of the account: what its quota counts. Costs the same however many there are. */
  getUsage(accountId: string): Promise<Usage>;
}
