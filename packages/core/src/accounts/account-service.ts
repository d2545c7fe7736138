import { auditRecord } from "../audit/audit-trail.ts";
import { AccountLeavingError, ArgumentError, DomainError } from "../errors.ts";
import { admitToFolder } from "../folders/folder-access.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { type Notice, noticeBuckets, noticeOrder } from "../mail/mail-jobs.ts";
import { type Reader, rightOf, whileRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { MailLanguage } from "../ports/mailer.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { accountActor, type AccountActor, type Actor, isAccountActor, type Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { transactionAs, transactionBy } from "../policy/fresh-actor.ts";
import { permit, permitAdministrator, permitToSecure } from "../policy/permitted.ts";
import { Listing, pagesByPosition } from "../listing.ts";
import { newRecordId } from "../random-ids.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { type Account, type AccountSettings, defaultAccountSettings } from "./account.ts";
import { findFirstAdministrator } from "./first-administrator.ts";
import type { AccountPosition } from "./account-repository.ts";
import { checkNewPassword, isEmailAddress } from "./new-credentials.ts";
import { hashPassword, verifyPassword } from "./password-hash.ts";
import type { PlanId } from "./plans.ts";
import type { AccountUsage } from "./usage.ts";

export interface NewAccount {
  email: string;
  password: string;
  planId: PlanId;
  planEndsAt?: Date | undefined;
  isAdmin?: boolean;
}

/** What administrators can change of an account. Fields left out stay as they are. */
export interface AdministeredChanges {
  readonly plan?: { readonly id: PlanId; readonly endsAt: Date | undefined };
  /** `of-plan`: the plan's quota applies. Data already stored above the quota stays; nothing more is accepted. */
  readonly quotaBytes?: number | "of-plan";
  /**
   * A locked account cannot call the API, its files cannot be downloaded, and nobody is signed in to it; nothing is
   * removed. Unlocking an account that its owner deleted cancels the deletion.
   */
  readonly isLocked?: boolean;
}

interface AuditedChange {
  readonly action: string;
  readonly details?: Record<string, string>;
}

/** Creates accounts and checks passwords. */
export class AccountService {
  readonly #database: Database;
  readonly #space: StorageSpace;
  readonly #clock: Clock;
  readonly #jobs: JobQueue;
  readonly #limiter: RateLimiter;
  readonly #siteHost: string | undefined;

  constructor(input: {
    database: Database;
    space: StorageSpace;
    clock: Clock;
    jobs: JobQueue;
    limiter: RateLimiter;
    siteHost: string | undefined;
  }) {
    this.#siteHost = input.siteHost;
    this.#limiter = input.limiter;
    this.#database = input.database;
    this.#space = input.space;
    this.#clock = input.clock;
    this.#jobs = input.jobs;
  }

  /** @throws {DomainError} `account-exists`, `bad-argument`, and what the policy says to non-administrators */
  async create(by: Principal, input: NewAccount): Promise<Account> {
    checkNewEmail(input.email);
    checkNewPassword(input.password, input.email, this.#siteHost);
    const now = this.#clock.now();
    requireAdministrator(by, this.#clock);
    const passwordHash = await hashPassword(input.password, by);
    return transactionBy(this.#database, by, async (rows, caller) => {
      requireAdministrator(caller, this.#clock);
      const account = await rows.accounts.create({
        id: newRecordId(),
        email: input.email,
        passwordHash,
        planId: input.planId,
        planEndsAt: input.planEndsAt,
        quotaBytes: undefined,
        isAdmin: input.isAdmin ?? false,
        isLocked: false,
        removesAt: undefined,
        settings: defaultAccountSettings,
        createdAt: now,
      });
      await rows.audit.append([
        auditRecord(caller, now, {
          action: "account.create",
          objectId: account.id,
          details: { account: account.email, plan: input.planId },
        }),
      ]);
      return account;
    });
  }

  /**
   * The account with this e-mail and password; undefined if there is none. An unknown e-mail takes as long as a wrong
   * password.
   * @throws {DomainError} `account-locked`, `too-busy`
   * @throws the reason of `signal`
   */
  async findByPassword(
    email: string,
    password: string,
    by: Actor,
    signal?: AbortSignal,
  ): Promise<AccountActor | undefined> {
    const account = await this.#database.accounts.findByEmail(email);
    if (!(await verifyPassword(password, account?.passwordHash, by, signal)) || account === undefined) return undefined;
    if (account.isLocked && account.removesAt !== undefined) throw new AccountLeavingError(account.removesAt);
    if (account.isLocked) throw new DomainError("account-locked", "This account is locked. Ask the operator.");
    return accountActor({ account, address: by.address, provedAt: this.#clock.now() });
  }

  /** @throws {DomainError} `bad-argument` when there is no such account */
  async getByEmail(by: Principal, email: string): Promise<Account> {
    requireAdministrator(by, this.#clock);
    const account = await this.#database.accounts.findByEmail(email);
    if (account === undefined) throw noAccount(email);
    return account;
  }

  /** All accounts, oldest first. */
  async list(by: Principal, reader: Reader = {}): Promise<Listing<Account>> {
    const ask = (caller: Principal) => requireAdministrator(caller, this.#clock);
    ask(by);
    const right = rightOf({ database: this.#database, clock: this.#clock }, by, reader, ask);
    const { accounts } = this.#database;
    const read = (after: AccountPosition | undefined, limit: number) => accounts.list({ after, limit });
    return Listing.from(
      whileRight(
        pagesByPosition(read, (account) => account, Infinity),
        right,
      ),
      () => accounts.count(),
      right,
    );
  }

  /** The administrator that was created first. @throws {DomainError} what the policy says to non-administrators */
  async findFirstAdministrator(by: Principal): Promise<Account | undefined> {
    requireAdministrator(by, this.#clock);
    return findFirstAdministrator(this.#database);
  }

  /** One page of `list`. @throws {DomainError} as `list` */
  async page(by: Principal, after: AccountPosition | undefined, limit: number): Promise<Account[]> {
    requireAdministrator(by, this.#clock);
    return this.#database.accounts.list({ after, limit });
  }

  async setPlan(by: Principal, account: Account, planId: PlanId, planEndsAt: Date | undefined): Promise<void> {
    await this.administer(by, account, { plan: { id: planId, endsAt: planEndsAt } });
  }

  /** @param quotaBytes undefined for the plan's quota */
  async setQuota(by: Principal, account: Account, quotaBytes: number | undefined): Promise<void> {
    await this.administer(by, account, { quotaBytes: quotaBytes ?? "of-plan" });
  }

  /** @throws {DomainError} as `administer` */
  async setLocked(by: Principal, account: Account, isLocked: boolean): Promise<void> {
    await this.administer(by, account, { isLocked });
  }

  /**
   * Makes all of the changes or none.
   * @throws {DomainError} `bad-argument` to administrators who would lock themselves out, what the policy says to
   *   others
   */
  async administer(
    by: Principal,
    account: Account,
    { plan, quotaBytes, isLocked }: AdministeredChanges,
  ): Promise<void> {
    if (isLocked === true && by !== "operator" && isAccountActor(by) && by.account.id === account.id)
      throw new ArgumentError("own-account", "You cannot lock your own account.");
    const quota = quotaBytes === "of-plan" ? undefined : quotaBytes;
    const changes = {
      ...(plan === undefined ? {} : { planId: plan.id, planEndsAt: plan.endsAt }),
      ...(quotaBytes === undefined ? {} : { quotaBytes: quota }),
      ...(isLocked === undefined ? {} : { isLocked }),
      ...(isLocked === false ? { removesAt: undefined } : {}),
    };
    const auditedOf = (before: Account): AuditedChange[] => [
      ...(plan === undefined || isOnPlan(before, plan) ? [] : [{ action: "account.plan", details: { plan: plan.id } }]),
      ...(quotaBytes === undefined || before.quotaBytes === quota
        ? []
        : [{ action: "account.quota", details: quota === undefined ? {} : { quotaBytes: String(quota) } }]),
      ...(isLocked === undefined || before.isLocked === isLocked
        ? []
        : [{ action: isLocked ? "account.lock" : "account.unlock" }]),
    ];
    await this.#change(by, account, changes, { auditedOf, endsSessions: isLocked === true ? "all" : "none" });
  }

  /**
   * The caller must have proved a moment ago that they own the account, or be an administrator. Ends all sessions
   * except the caller's, and the downloads that were not started with a key. The owner is told by mail.
   * @throws {DomainError} `bad-argument`, `too-busy`, what the policy says to others
   */
  async setPassword(
    by: Principal,
    account: Account,
    password: string,
    options: {
      /** Aborts when the caller disconnects. */
      signal?: AbortSignal;
      /** Language of the mail. */
      language?: MailLanguage;
    } = {},
  ): Promise<void> {
    checkNewPassword(password, account.email, this.#siteHost);
    permitToSecure(by, account, { now: this.#clock.now() });
    const passwordHash = await hashPassword(password, by, options.signal);
    const change = {
      auditedOf: () => [{ action: "account.password" }],
      permitTo: permitToSecure,
      endsSessions: "others",
      endsDownloads: true,
      notice: "password-changed",
      language: options.language,
    } as const;
    await this.#change(by, account, { passwordHash }, change);
  }

  /**
   * For administrators, who vouch for the address. Owners change their own through a mailed link (`AddressChange`).
   * Sessions and keys stay. The old address is told.
   * @throws {DomainError} `bad-argument`, `account-exists`
   */
  async setEmail(by: Principal, account: Account, email: string): Promise<void> {
    checkNewEmail(email);
    const details = { from: account.email, to: email };
    await this.#change(
      by,
      account,
      { email },
      {
        auditedOf: () => [{ action: "account.email", details }],
        notice: "email-changed",
      },
    );
  }

  /** @throws {DomainError} `folder-not-found` when the FTP folder is not the caller's, `storage-full` */
  async updateSettings(actor: AccountActor, changes: Partial<AccountSettings>): Promise<Account> {
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const { account } = caller;
      const question = { action: "account.manage", account, right: "write" } as const;
      const id = permit(caller, question, { now: this.#clock.now(), linkPassword: "not-needed" });
      await admitToFolder(rows, caller, changes.ftpFolderId ?? "root", now);
      const changed = Object.entries(changes).filter(([name, value]) => Reflect.get(account.settings, name) !== value);
      if (changed.length === 0) return account;
      const settings = { ...account.settings, ...Object.fromEntries(changed) };
      await rows.accounts.update(id, { settings });
      const details = { changed: changed.map(([name]) => name).join(",") };
      await rows.audit.append([
        auditRecord(caller, now, { action: "account.settings", objectId: account.id, details }),
      ]);
      return { ...account, settings };
    });
  }

  /** What the account stores, for the quota and `user/info`. */
  async getUsage(account: Account): Promise<AccountUsage> {
    const stored = await this.#database.files.getUsage(account.id);
    const { sizeBytes: trashBytes } = await this.#database.trash.getUsage(account.id);
    const { sizeBytes: versionBytes } = await this.#database.versions.getUsage(account.id);
    return { ...stored, trashBytes, versionBytes, countedBytes: stored.sizeBytes + trashBytes + versionBytes };
  }

  /** How often the account's files were downloaded, including files that are gone. */
  async countDownloads(account: Account): Promise<number> {
    return this.#database.files.countDownloads(account.id);
  }

  async #change(
    by: Principal,
    account: Account,
    changes: Parameters<Database["accounts"]["update"]>[1],
    change: {
      /** What to record, given the account as it was; nothing for a change without effect, which is not written. */
      auditedOf: (before: Account) => readonly AuditedChange[];
      /** Default: administrators only. */
      permitTo?: typeof permitToSecure;
      /** Which of the account's sessions to end; `others` keeps the caller's. */
      endsSessions?: "none" | "others" | "all";
      /** Those not started with a key. */
      endsDownloads?: boolean;
      /** The mail to the owner, if any. */
      notice?: "password-changed" | "email-changed";
      language?: MailLanguage | undefined;
    },
  ): Promise<void> {
    const { auditedOf, permitTo = permitToAdminister, endsSessions = "none", notice, language } = change;
    const now = this.#clock.now();
    await transactionBy(this.#database, by, async (rows, caller) => {
      const id = permitTo(caller, account, { now: this.#clock.now() });
      const before = await rows.accounts.findById(account.id);
      if (before === undefined) throw noAccount(account.email);
      const audited = auditedOf(before);
      if (audited.length === 0) return;
      await rows.accounts.update(id, changes);
      if (changes.passwordHash !== undefined) await rows.mailedTokens.endByAccount(id, "password-changed", now);
      // A link in a mailbox that no longer belongs to the account must not open it.
      if (changes.email !== undefined) await rows.mailedTokens.endByAccount(id, "replaced", now);
      if (endsSessions !== "none") {
        const own = caller !== "operator" && isAccountActor(caller) ? caller.session?.id : undefined;
        const as = changes.passwordHash === undefined ? "ended elsewhere" : "password changed";
        const but = endsSessions === "others" ? own : undefined;
        await rows.sessions.removeByAccount(id, { ending: { as, at: now }, but });
      }
      if (change.endsDownloads === true) await rows.downloadTokens.removeKeylessByAccount(id);
      const records = audited.map(({ action, details }) =>
        auditRecord(caller, now, { action, objectId: account.id, details: { account: before.email, ...details } }),
      );
      await rows.audit.append(records);
      if (notice !== undefined) await this.#tell(rows, notice, { account, by: caller, at: now, language });
    });
    this.#jobs.wake();
  }

  async #tell(rows: Repositories, kind: "password-changed" | "email-changed", notice: Notice): Promise<void> {
    const { isAllowed } = await this.#limiter.consume(noticeBuckets(kind, notice.account.id));
    if (isAllowed) await this.#jobs.add(rows, noticeOrder(kind, notice));
  }
}

const isOnPlan = (account: Account, { id, endsAt }: NonNullable<AdministeredChanges["plan"]>): boolean =>
  account.planId === id && account.planEndsAt?.getTime() === endsAt?.getTime();

const noAccount = (email: string) => new ArgumentError("other", `There is no account ${email}.`);

const permitToAdminister: typeof permitToSecure = (by, { id }, context) => permitAdministrator(by, id, context);

function checkNewEmail(email: string): void {
  if (!isEmailAddress(email)) throw new ArgumentError("email-invalid", `"${email}" is not an e-mail address.`);
}
