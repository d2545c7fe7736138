import type { Permitted } from "../policy/permitted.ts";
import type { Account } from "./account.ts";

export type ChangeableAccountId = Permitted<"account.manage" | "account.secure" | "server.manage" | "system", string>;
export type RemovableAccountId = Permitted<"account.secure" | "server.manage" | "system", string>;

/** Where an account stands in the list of all. */
export type AccountPosition = Pick<Account, "createdAt" | "id">;

export interface AccountRepository {
  findById(id: string): Promise<Account | undefined>;
  /** Those that exist, in no order; each once. */
  findByIds(ids: readonly string[]): Promise<Account[]>;
  /** Without regard to case. */
  findByEmail(email: string): Promise<Account | undefined>;
  /** Oldest first, then by id, after the position of `after`. */
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
  /** Locked ones whose owners deleted them and whose time has come, the longest due first. */
  listDue(now: Date, limit: number): Promise<Account[]>;
  count(): Promise<number>;
  /** Files and folders of the account, without its root. Costs the same however many there are. */
  countEntries(id: string): Promise<number>;
  /**
   * Removes the account and its root folder; its keys and sessions must be gone. Nothing happens when there is no such account.
   * @throws {DomainError} `folder-not-empty` when something lies in the root
   */
  remove(id: RemovableAccountId): Promise<void>;
}
