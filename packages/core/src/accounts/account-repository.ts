import type { Account } from "./account.ts";

export interface AccountRepository {
  findById(id: string): Promise<Account | undefined>;
  /** Without regard to case. */
  findByEmail(email: string): Promise<Account | undefined>;
  list(): Promise<Account[]>;
  /** Creates the account and its root folder. @throws {DomainError} `account-exists` when the e-mail is taken */
  create(account: Omit<Account, "rootFolderId">): Promise<Account>;
  update(
    id: string,
    changes: Partial<Pick<Account, "passwordHash" | "planId" | "planEndsAt" | "isLocked" | "isAdmin" | "settings">>,
  ): Promise<void>;
  count(): Promise<number>;
}
