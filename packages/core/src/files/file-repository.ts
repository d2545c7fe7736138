import type { Usage } from "../accounts/usage.ts";
import type { StoredFile } from "./file.ts";

export interface FileFilter {
  /** Inclusive. */
  createdAfter?: Date | undefined;
  /** Exclusive. */
  createdBefore?: Date | undefined;
  /** Most rows to return. */
  limit: number;
}

export interface FileRepository {
  findById(id: string): Promise<StoredFile | undefined>;
  /** Oldest first, then by id: a stable order for duplicates of one name. */
  listByFolder(folderId: number, filter: FileFilter): Promise<StoredFile[]>;
  listByAccount(accountId: string, filter: FileFilter): Promise<StoredFile[]>;
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
