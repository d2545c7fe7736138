import type { AccountChange, NumberedChange } from "./account-change.ts";

/**
 * The changes in an account, in the order in which they happened. What the other repositories change in files,
 * folders, orders and shares they note here themselves, in the same transaction, so that no door can forget it; of shared
 * folders also for those they are shared with.
 */
export interface ChangeRepository {
  /** Notes one more, with the transaction that makes it. Of an account that is gone nothing is noted. */
  note(accountId: string, change: AccountChange): Promise<void>;
  /** The last number of each account that has one. */
  listLatest(accountIds: readonly string[]): Promise<Map<string, number>>;
  /** What has a higher number than `after`, lowest first. */
  list(accountId: string, page: { after: number; limit: number }): Promise<NumberedChange[]>;
}
