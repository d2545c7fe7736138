import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
import { admitToFolder } from "../folders/folder-access.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { accountActor, type AccountActor, type Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { Listing, pagesByPosition } from "../listing.ts";
import { newRecordId } from "../random-ids.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { type Account, type AccountSettings, defaultAccountSettings } from "./account.ts";
import type { AccountPosition } from "./account-repository.ts";
import { hashPassword, MAX_PASSWORD_BYTES, verifyPassword } from "./password-hash.ts";
import type { PlanId } from "./plans.ts";
import type { Usage } from "./usage.ts";

const MIN_PASSWORD_LENGTH = 8;
const EMAIL = /^[^\s@<>"']{1,64}@[^\s@<>"']{1,190}$/;

/** Coarse on purpose: only the mail server knows which addresses exist. */
export function isEmailAddress(text: string): boolean {
  return EMAIL.test(text);
}

export interface NewAccount {
  email: string;
  password: string;
  planId: PlanId;
  planEndsAt?: Date | undefined;
  isAdmin?: boolean;
}

/** Makes accounts and proves who somebody is by password. */
export class AccountService {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #clock: Clock;

  constructor(input: { database: Database; space: StorageSpace; clock: Clock }) {
    this.#database = input.database;
    this.#space = input.space;
    this.#clock = input.clock;
  }

  /** @throws {DomainError} `account-exists`, `bad-argument` */
  async create(by: Actor | "operator", input: NewAccount): Promise<Account> {
    if (!isEmailAddress(input.email))
      throw new DomainError("bad-argument", `"${input.email}" is not an e-mail address.`);
    checkNewPassword(input.password);
    const now = this.#clock.now();
    const passwordHash = await hashPassword(input.password);
    return this.#database.transaction(async (rows) => {
      const account = await rows.accounts.create({
        id: newRecordId(),
        email: input.email,
        passwordHash,
        planId: input.planId,
        planEndsAt: input.planEndsAt,
        quotaBytes: undefined,
        isAdmin: input.isAdmin ?? false,
        isLocked: false,
        settings: defaultAccountSettings,
        createdAt: now,
      });
      await rows.audit.append([
        auditRecord(by, now, { action: "account.create", objectId: account.id, details: { plan: input.planId } }),
      ]);
      return account;
    });
  }

  /**
   * Who has this password; undefined when nobody has. Takes as long for an unknown e-mail as for a wrong password.
   * @throws {DomainError} `account-locked`
   */
  async findByPassword(email: string, password: string, address: string): Promise<AccountActor | undefined> {
    const account = await this.#database.accounts.findByEmail(email);
    if (!(await verifyPassword(password, account?.passwordHash)) || account === undefined) return undefined;
    if (account.isLocked) throw new DomainError("account-locked", "This account is locked. Ask the operator.");
    return accountActor({ account, address });
  }

  /** @throws {DomainError} `bad-argument` when there is no such account */
  async getByEmail(email: string): Promise<Account> {
    const account = await this.#database.accounts.findByEmail(email);
    if (account === undefined) throw new DomainError("bad-argument", `There is no account ${email}.`);
    return account;
  }

  /** All of them, oldest first. */
  list(): Promise<Listing<Account>> {
    const { accounts } = this.#database;
    const read = (after: AccountPosition | undefined, limit: number) => accounts.list({ after, limit });
    return Listing.from(
      pagesByPosition(read, (account) => account, Infinity),
      () => accounts.count(),
    );
  }

  async setPlan(by: "operator", account: Account, planId: PlanId, planEndsAt: Date | undefined): Promise<void> {
    await this.#change(by, account, { planId, planEndsAt }, "account.plan", { plan: planId });
  }

  /** @param quotaBytes undefined for that of the plan. What is stored above it stays; nothing more is taken. */
  async setQuota(by: "operator", account: Account, quotaBytes: number | undefined): Promise<void> {
    await this.#change(
      by,
      account,
      { quotaBytes },
      "account.quota",
      quotaBytes === undefined ? {} : { quotaBytes: String(quotaBytes) },
    );
  }

  /** A locked account can neither call nor be downloaded from; nothing of it is removed. */
  async setLocked(by: "operator", account: Account, isLocked: boolean): Promise<void> {
    await this.#change(by, account, { isLocked }, isLocked ? "account.lock" : "account.unlock", {});
  }

  async setPassword(by: "operator", account: Account, password: string): Promise<void> {
    checkNewPassword(password);
    await this.#change(by, account, { passwordHash: await hashPassword(password) }, "account.password", {});
  }

  /** @throws {DomainError} `folder-not-found` when the FTP folder is not the caller's, `storage-full` */
  async updateSettings(actor: AccountActor, changes: Partial<AccountSettings>): Promise<Account> {
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      await admitToFolder(rows, caller, changes.ftpFolderId ?? "root", now);
      const { account } = caller;
      const changed = Object.entries(changes).filter(([name, value]) => Reflect.get(account.settings, name) !== value);
      if (changed.length === 0) return account;
      const settings = { ...account.settings, ...Object.fromEntries(changed) };
      await rows.accounts.update(account.id, { settings });
      const details = { changed: changed.map(([name]) => name).join(",") };
      await rows.audit.append([
        auditRecord(caller, now, { action: "account.settings", objectId: account.id, details }),
      ]);
      return { ...account, settings };
    });
  }

  /** What the account stores, for quota and `user/info`. */
  getUsage(account: Account): Promise<Usage> {
    return this.#database.files.getUsage(account.id);
  }

  async #change(
    by: "operator",
    account: Account,
    changes: Parameters<Database["accounts"]["update"]>[1],
    action: string,
    details: Record<string, string>,
  ): Promise<void> {
    const now = this.#clock.now();
    await this.#database.transaction(async (rows) => {
      await rows.accounts.update(account.id, changes);
      await rows.audit.append([auditRecord(by, now, { action, objectId: account.id, details })]);
    });
  }
}

function checkNewPassword(password: string): void {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw new DomainError("bad-argument", `A password needs at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new DomainError("bad-argument", `A password has at most ${MAX_PASSWORD_BYTES} bytes.`);
  }
}
