import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, isDomainError } from "../errors.ts";
import { noteRun } from "../housekeeping/quiet-start.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { noticeOrder } from "../mail/mail-jobs.ts";
import type { AccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { permitToSecure } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { MailLanguage } from "../ports/mailer.ts";
import { type AccountRemoval, requireRemovable } from "./account-removal.ts";

/** How long an account that its owner deleted can still be unlocked, in case it was a mistake or a thief. */
const GRACE_MS = 7 * 24 * 3_600_000;
const TOPIC = "deleted-accounts";

/**
 * Lets owners delete their accounts. The account is locked at once, with all its sessions, keys and links. Some days
 * later a job removes it with everything in it, unless the operator unlocked it.
 */
export class AccountDeletion {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #jobs: () => JobQueue;
  readonly #removal: AccountRemoval;

  constructor(input: { database: Database; clock: Clock; jobs: () => JobQueue; removal: AccountRemoval }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#jobs = input.jobs;
    this.#removal = input.removal;
  }

  /**
   * The caller must have proved a moment ago that they own the account. The owner is told by mail.
   * @param email the account's address, typed by the owner to confirm
   * @returns when the account will be removed
   * @throws {DomainError} `last-administrator`, `bad-argument` for another address, and what the policy says without a
   *   fresh proof
   */
  async request(by: AccountActor, email: string, language?: MailLanguage): Promise<Date> {
    const now = this.#clock.now();
    const { account } = by;
    const { fileCount, folderCount, keyCount } = await this.#removal.getHoldings(by, account);
    if (email.trim().toLowerCase() !== account.email.toLowerCase())
      throw new ArgumentError("address-differs", "This is not the address of your account; nothing was deleted.");
    const removesAt = new Date(now.getTime() + GRACE_MS);
    await transactionAs(this.#database, by, async (rows, caller) => {
      const id = permitToSecure(caller, account, { now: this.#clock.now() });
      await requireRemovable(rows, account.id);
      await rows.accounts.update(id, { isLocked: true, removesAt });
      await rows.sessions.removeByAccount(id, { ending: { as: "ended elsewhere", at: now } });
      const details = { files: fileCount, folders: folderCount, keys: keyCount };
      await rows.audit.append([auditRecord(caller, now, { action: "account.delete", objectId: account.id, details })]);
      const notice = { account, by: caller, at: now, language };
      await this.#jobs().add(rows, noticeOrder("account-deleted", notice, { removesAt: removesAt.toISOString() }));
    });
    this.#jobs().wake();
    return removesAt;
  }

  /** Removes the accounts that are due. */
  async run(attempt: JobAttempt): Promise<void> {
    const now = this.#clock.now();
    if (await noteRun(this.#database, attempt, { topic: TOPIC, now })) return;
    for (;;) {
      attempt.signal.throwIfAborted();
      const [account] = await this.#database.accounts.listDue(now, 1);
      if (account === undefined) return;
      try {
        await this.#removal.removeDue(account, attempt);
      } catch (error) {
        // The operator unlocked or removed it meanwhile, so it is no longer due.
        if (!isDomainError(error, "bad-argument")) throw error;
      }
      await attempt.step("account removed");
    }
  }
}
