import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import type { JobAttempt, JobKind } from "../jobs/job-kind.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { mailLanguage, mailLimits, noticeOrder, sendLetter } from "../mail/mail-jobs.ts";
import { findMailedLink, hourlyBucket, issueMailedToken, LETTERS_PER_HOUR } from "../mail/mailed-links.ts";
import type { MailedLinkOver, MailedToken } from "../mail/mailed-token.ts";
import type { AccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { permit } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Mailer, MailLanguage } from "../ports/mailer.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { secretHash } from "../secret-hash.ts";
import type { Account } from "./account.ts";
import { isEmailAddress } from "./new-credentials.ts";

const PURPOSE = "email-change";
const CONFIRM_MAIL = "mail-email-change";

/** What a mailed link can be used for. */
export type AddressLink =
  | { readonly state: "usable"; readonly account: Account; readonly email: string }
  | MailedLinkOver;

export type AddressOutcome = MailedLinkOver | { readonly state: "done"; readonly email: string };

/**
 * Lets people change their own e-mail address. Files may be restricted to an address, so a link mailed to the new one
 * must prove that it is theirs. A mistyped address must not hand the account to a stranger, so the link alone is not
 * enough.
 */
export class AddressChange {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #jobs: JobQueue;

  constructor(input: { database: Database; clock: Clock; limiter: RateLimiter; jobs: JobQueue }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#limiter = input.limiter;
    this.#jobs = input.jobs;
  }

  /**
   * Orders a mail with a link to the new address. Does not look up whether the address is taken, so that neither the
   * answer nor its timing reveals anything about other accounts. The limit counts per account, not per IP address. The
   * first mail from an account to an address is always sent, whoever else wrote there, so that nobody can keep an
   * address from its owner.
   * @throws {DomainError} `bad-argument` for an invalid address, `too-busy` when too many mails were requested, and
   *   what the policy says without a fresh proof
   */
  async request(by: AccountActor, email: string, language: MailLanguage): Promise<void> {
    if (!isEmailAddress(email)) throw new ArgumentError("email-invalid", "This is not an e-mail address.");
    this.#permit(by, by.account);
    const { account } = by;
    const receiver = secretHash(email.toLowerCase());
    await this.#countLetter(account.id, receiver);
    await transactionAs(this.#database, by, async (rows, caller) => {
      this.#permit(caller, account);
      const details = { to: email };
      const record = { action: "account.email-requested", objectId: account.id, details };
      await rows.audit.append([auditRecord(caller, this.#clock.now(), record)]);
      const uniqueKey = `${CONFIRM_MAIL} ${account.id} ${receiver}`;
      const payload = { email, language };
      await this.#jobs.add(rows, { kind: CONFIRM_MAIL, payload, accountId: account.id, uniqueKey });
    });
    this.#jobs.wake();
  }

  /** @throws {DomainError} `too-busy` */
  async #countLetter(accountId: string, receiver: string): Promise<void> {
    const ofAccount = hourlyBucket(`${PURPOSE}|account ${accountId}`, LETTERS_PER_HOUR);
    const first = hourlyBucket(`${PURPOSE}|account ${accountId} receiver ${receiver}`, 1);
    const ofReceiver = hourlyBucket(`${PURPOSE}|receiver ${receiver}`, LETTERS_PER_HOUR);
    for (const buckets of [
      [ofAccount, first],
      [ofAccount, ofReceiver],
    ])
      if ((await this.#limiter.consume(buckets)).isAllowed) return;
    throw new DomainError("too-busy", "Too many e-mails were requested. Try again in an hour.");
  }

  /** What the link can be used for. Looking does not use it up, because mail scanners follow links too. */
  async look(token: string): Promise<AddressLink> {
    const found = await this.#find(this.#database, token);
    return found.state === "usable" ? { state: "usable", account: found.account, email: found.email } : found;
  }

  /**
   * Uses up the link: the account gets the address that the link was mailed to, and the old address is told. Sessions
   * and keys stay.
   * @param by the owner of the account, signed in by password
   * @throws {DomainError} `account-exists` when somebody else has the address by now, and what the policy says
   */
  async confirm(token: string, by: AccountActor, language: MailLanguage): Promise<AddressOutcome> {
    const now = this.#clock.now();
    const outcome = await transactionAs(this.#database, by, async (rows, caller): Promise<AddressOutcome> => {
      const found = await this.#find(rows, token);
      if (found.state !== "usable") return found;
      const { account, email } = found;
      const id = this.#permit(caller, account);
      await rows.mailedTokens.end(found.token.id, "spent", now);
      // A link in a mailbox that no longer belongs to the account must not open it.
      await rows.mailedTokens.endByAccount(id, "replaced", now);
      await rows.accounts.update(id, { email });
      await rows.folderShares.claim(id, email);
      const details = { from: account.email, to: email };
      await rows.audit.append([auditRecord(caller, now, { action: "account.email", objectId: account.id, details })]);
      await this.#jobs.add(rows, noticeOrder("email-changed", { account, by: caller, at: now, language }));
      return { state: "done", email };
    });
    this.#jobs.wake();
    return outcome;
  }

  #permit(by: AccountActor, account: Account) {
    const context = { now: this.#clock.now(), linkPassword: "not-needed" } as const;
    return permit(by, { action: "account.secure", account }, context);
  }

  async #find(
    rows: Pick<Repositories, "mailedTokens" | "accounts">,
    text: string,
  ): Promise<{ state: "usable"; account: Account; email: string; token: MailedToken } | MailedLinkOver> {
    const found = await findMailedLink(rows, text, { purpose: PURPOSE, now: this.#clock.now() });
    if (found.state !== "usable") return found;
    const { email } = found.token;
    return email === undefined ? { state: "unknown" } : { ...found, email };
  }
}

/** The job that mails a link to a requested new address. */
export function addressChangeMail(parts: { database: Database; clock: Clock; mailer: Mailer }): JobKind {
  return { ...mailLimits, name: CONFIRM_MAIL, run: (attempt) => mailConfirmation(parts, attempt) };
}

async function mailConfirmation(
  { database, clock, mailer }: { database: Database; clock: Clock; mailer: Mailer },
  attempt: JobAttempt,
): Promise<void> {
  const { accountId = "", payload } = attempt.job;
  const email = String(payload["email"]);
  const account = await database.accounts.findById(accountId);
  if (account === undefined || account.isLocked) return;
  const owner = await database.accounts.findByEmail(email);
  // The owner of this address did not ask for the mail. An account may change the spelling of its own address.
  if (owner !== undefined && owner.id !== account.id) return;
  const link = await issueMailedToken(attempt, { purpose: PURPOSE, account, email }, clock.now());
  if (link === undefined) return;
  await attempt.step("send");
  await sendLetter(mailer, { kind: PURPOSE, to: email, language: mailLanguage(payload["language"]), ...link }, attempt);
}
