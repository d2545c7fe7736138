import type { AccountChange, NumberedChange } from "./account-change.ts";

/**
 * The changes in an account, in the order in which they happened. The other repositories record their changes of files,
 * folders, jobs and shares here, in the same transaction, so that no interface can forget to. Changes in shared folders
 * are also recorded for the people they are shared with.
 */
export interface ChangeRepository {
  /** Records a change, with the transaction that makes it. Does nothing for an account that is gone. */
  note(accountId: string, change: AccountChange): Promise<void>;
  /** The last number of each account that has one. */
  listLatest(accountIds: readonly string[]): Promise<Map<string, number>>;
  /** Changes with a higher number than `after`, lowest first. */
  list(accountId: string, page: { after: number; limit: number }): Promise<NumberedChange[]>;
}
