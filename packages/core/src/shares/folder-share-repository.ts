import type { Permitted } from "../policy/permitted.ts";
import type { FolderGrant, FolderShare, ReceivedShare } from "./folder-share.ts";

/** A folder whose owner said with whom it is shared. */
export type SharableFolderId = Permitted<"folder.use" | "system", number>;

export interface NewFolderShare extends Omit<FolderShare, "folderId"> {
  readonly folderId: SharableFolderId;
}

export interface FolderShareRepository {
  /** By address. */
  listOfFolder(folderId: number): Promise<FolderShare[]>;
  /** How many the account has given. */
  countOfOwner(ownerId: string): Promise<number>;
  /** What the account shares, by folder and address, after the position of `after`. */
  listOfOwner(
    ownerId: string,
    page: { after?: Pick<FolderShare, "folderId" | "email"> | undefined; limit: number },
  ): Promise<FolderShare[]>;
  /** Of these owners' folders those that somebody is given, by folder, after the id `after`. */
  listReceived(
    accountId: string,
    page: { ownerId?: string | undefined; after?: number | undefined; limit: number },
  ): Promise<ReceivedShare[]>;
  /** Whether this owner shares anything with the account: before anything is read of where a file lies. */
  isAnyReceived(accountId: string, ownerId: string): Promise<boolean>;
  /** What the account is given of these very folders. */
  listGrants(accountId: string, folderIds: readonly number[]): Promise<FolderGrant[]>;
  /**
   * Changes those that are there. Of an address that has an account now, for that account, also when its address changes
   * later; whoever had the share by that address before has it no more.
   */
  put(shares: readonly NewFolderShare[]): Promise<void>;
  /** Lower-cased addresses which an account has now that has not the share: put again, they reach that one. */
  listMoved(folderId: number): Promise<string[]>;
  /** What waited for an address goes to the account that has proved to have it; returns how many there were. */
  claim(accountId: Permitted<"account.secure" | "server.manage" | "system", string>, email: string): Promise<number>;
  /** Returns how many there were. */
  remove(folderId: SharableFolderId, emails: readonly string[]): Promise<number>;
  /** Somebody gives up what was shared with them. */
  leave(accountId: string, folderId: number): Promise<number>;
  /** Ends all that the account shares; returns how many there were. */
  endOfOwner(ownerId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<number>;
}
