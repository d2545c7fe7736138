import type { Usage } from "../accounts/usage.ts";
import type { ListedFile, StoredFile } from "./file.ts";

export interface FileFilter {
  /** Inclusive. */
  createdAfter?: Date | undefined;
  /** Exclusive. */
  createdBefore?: Date | undefined;
}

/** Where a file stands in a list. */
export interface FilePosition {
  createdAt: Date;
  id: string;
}

export interface FilePage extends FileFilter {
  /** Oldest first otherwise, then by id: a stable order for duplicates of one name. */
  newestFirst?: boolean;
  /** Only what follows this position. */
  after?: FilePosition | undefined;
  /** Most rows to return. */
  limit: number;
}

export interface FileRepository {
  findById(id: string): Promise<StoredFile | undefined>;
  listByFolder(folderId: number, page: FilePage): Promise<ListedFile[]>;
  listByAccount(accountId: string, page: FilePage): Promise<ListedFile[]>;
  /** As the two above list files, their positions only: for counting them. */
  listPositions(place: { folderId: number } | { accountId: string }, page: FilePage): Promise<FilePosition[]>;
  /** Newest of that name. */
  findByName(folderId: number, name: string): Promise<StoredFile | undefined>;
  /** The blob row must exist already. */
  create(file: StoredFile): Promise<void>;
  update(
    id: string,
    changes: Partial<
      Pick<
        StoredFile,
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
    >,
  ): Promise<void>;
  remove(id: string): Promise<void>;
  /** All files of the account: what its quota counts. Costs the same however many there are. */
  getUsage(accountId: string): Promise<Usage>;
}
