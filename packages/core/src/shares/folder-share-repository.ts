import type { Permitted } from "../policy/permitted.ts";
import type { FolderGrant, FolderShare, ReceivedShare } from "./folder-share.ts";

/** A folder whose owner may decide whom it is shared with. */
export type SharableFolderId = Permitted<"folder.use" | "system", number>;

export interface NewFolderShare extends Omit<FolderShare, "folderId"> {
  readonly folderId: SharableFolderId;
}

export interface FolderShareRepository {
  /** Ordered by address. */
  listOfFolder(folderId: number): Promise<FolderShare[]>;
  /** How many shares the account has given. */
  countOfOwner(ownerId: string): Promise<number>;
  /** What the account shares, ordered by folder and address; starts behind `after`. */
  listOfOwner(
    ownerId: string,
    page: { after?: Pick<FolderShare, "folderId" | "email"> | undefined; limit: number },
  ): Promise<FolderShare[]>;
  /** Folders of these owners that are shared with the account, ordered by folder, after the id `after`. */
  listReceived(
    accountId: string,
    page: { ownerId?: string | undefined; after?: number | undefined; limit: number },
  ): Promise<ReceivedShare[]>;
  /** Whether this owner shares anything with the account: checked before the place of a file is read. */
  isAnyReceived(accountId: string, ownerId: string): Promise<boolean>;
  /** The shares of exactly these folders with the account. */
  listGrants(accountId: string, folderIds: readonly number[]): Promise<FolderGrant[]>;
  /**
   * Replaces existing shares. If the address has an account now, the share belongs to that account, even if its address
   * changes later; an account that had this address before loses the share.
   */
  put(shares: readonly NewFolderShare[]): Promise<void>;
  /**
   * Lower-cased addresses that now belong to another account than the one that has the share: putting the shares again
   * moves them.
   */
  listMoved(folderId: number): Promise<string[]>;
  /** Gives shares that waited for an address to the account that has proved to own it; returns how many there were. */
  claim(accountId: Permitted<"account.secure" | "server.manage" | "system", string>, email: string): Promise<number>;
  /** Returns how many there were. */
  remove(folderId: SharableFolderId, emails: readonly string[]): Promise<number>;
  /** Gives up what was shared with the account. */
  leave(accountId: string, folderId: number): Promise<number>;
  /** Ends everything that the account shares; returns how many there were. */
  endOfOwner(ownerId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<number>;
}
