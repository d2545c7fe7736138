import type { Permitted } from "../policy/permitted.ts";
import type { Account } from "./account.ts";

export type ChangeableAccountId = Permitted<"account.manage" | "account.secure" | "server.manage" | "system", string>;
export type RemovableAccountId = Permitted<"account.secure" | "server.manage" | "system", string>;

/** The position of an account in the list of all. */
export type AccountPosition = Pick<Account, "createdAt" | "id">;

export interface AccountRepository {
  findById(id: string): Promise<Account | undefined>;
  /** Those that exist, in no particular order, without duplicates. */
  findByIds(ids: readonly string[]): Promise<Account[]>;
  /** Ignores case. */
  findByEmail(email: string): Promise<Account | undefined>;
  /** Oldest first, then by id; starts behind `after`. */
  list(page: { after?: AccountPosition | undefined; limit: number }): Promise<Account[]>;
  /** Creates the account and its root folder. @throws {DomainError} `account-exists` when the e-mail is taken */
  create(account: Omit<Account, "rootFolderId">): Promise<Account>;
  /** @throws {DomainError} `account-exists` when the new e-mail is another account's */
  update(
    id: ChangeableAccountId,
    changes: Partial<
      Pick<
        Account,
        | "email"
        | "passwordHash"
        | "planId"
        | "planEndsAt"
        | "quotaBytes"
        | "isLocked"
        | "removesAt"
        | "isAdmin"
        | "settings"
      >
    >,
  ): Promise<void>;
  /** Locked accounts that their owners deleted and that are due for removal, longest due first. */
  listDue(now: Date, limit: number): Promise<Account[]>;
  count(): Promise<number>;
  /**
   * Counts the files and folders of the account, excluding its root. The cost does not depend on how many there are.
   */
  countEntries(id: string): Promise<number>;
  /**
   * Removes the account and its root folder; its keys and sessions must be gone. Does nothing if there is no such
   * account.
   * @throws {DomainError} `folder-not-empty` when the root is not empty
   */
  remove(id: RemovableAccountId): Promise<void>;
}
