import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import { BatchedWork } from "../batched-work.ts";
import type { JobAttempt, JobKind } from "../jobs/job-kind.ts";
import type { JobOrder, JobQueue } from "../jobs/job-queue.ts";
import { endKeys, keyPages } from "../keys/own-keys.ts";
import { AfterTheAnswer } from "../mail/after-the-answer.ts";
import { mailLanguage, mailLimits, noticeOrder, sendLetter } from "../mail/mail-jobs.ts";
import { everybodysBucket, findMailedLink, issueMailedToken, strangerBuckets } from "../mail/mailed-links.ts";
import type { MailedLinkOver, MailedToken } from "../mail/mailed-token.ts";
import { accountActor, type AccountActor } from "../policy/actor.ts";
import { permit, permitToSecure } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Mailer, MailLanguage } from "../ports/mailer.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { secretHash } from "../secret-hash.ts";
import type { Account } from "./account.ts";
import { checkNewPassword, isEmailAddress } from "./new-credentials.ts";
import { hashPassword } from "./password-hash.ts";
import { endSharing, type Survivors, survivorsOf } from "./reset-survivors.ts";

const PURPOSE = "password-reset";
const RESET_MAIL = "mail-password-reset";
/** Written in one transaction, with a few statements each. */
const ORDERS_AT_ONCE = 20;

/** What else to end, and the details for the mail about it. */
export interface ResetChoice {
  endsKeys: boolean;
  endsShares: boolean;
  language: MailLanguage;
  /** The caller's IP address. */
  address: string;
}

/** What a mailed link can be used for. */
export type ResetLink =
  | { readonly state: "usable"; readonly account: Account; readonly survivors: Survivors }
  | MailedLinkOver;

export type ResetOutcome = MailedLinkOver | { readonly state: "done"; readonly account: Account };

/** Lets people who forgot their password set a new one, through a mailed link. */
export class PasswordReset {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #jobs: JobQueue;
  readonly #late = new AfterTheAnswer();
  readonly mailPlace: Mailer["place"];
  /** However many mails strangers order, they share one place among the waiting writers, and one commit. */
  readonly #orders = new BatchedWork<JobOrder>(ORDERS_AT_ONCE, (orders) =>
    this.#database.transaction(async (rows) => {
      for (const order of orders) await this.#jobs.add(rows, order);
    }),
  );

  readonly #siteHost: string | undefined;

  constructor(input: {
    database: Database;
    clock: Clock;
    limiter: RateLimiter;
    mailer: Mailer;
    jobs: JobQueue;
    siteHost: string | undefined;
  }) {
    this.#siteHost = input.siteHost;
    this.#database = input.database;
    this.#clock = input.clock;
    this.#limiter = input.limiter;
    this.#jobs = input.jobs;
    this.mailPlace = input.mailer.place;
  }

  /**
   * Orders a mail with a link. Nothing is looked up here, so that neither the answer nor its timing reveals whether the
   * account exists. After very many requests in an hour, mails are ordered only for existing accounts, after the answer
   * was sent.
   * @throws {DomainError} `bad-argument` for an invalid address; `too-busy` when the caller asked for too many mails
   */
  async request(email: string, language: MailLanguage, address: string): Promise<void> {
    if (!isEmailAddress(email)) throw new ArgumentError("email-invalid", "This is not an e-mail address.");
    const answer = await this.#limiter.consume(strangerBuckets(PURPOSE, address));
    if (!answer.isAllowed) {
      throw new DomainError("too-busy", "Too many password resets were requested. Try again in an hour.");
    }
    if ((await this.#limiter.consume([everybodysBucket(PURPOSE)])).isAllowed) return this.#order(email, language);
    this.#late.run(async () => {
      if ((await this.#database.accounts.findByEmail(email)) !== undefined) await this.#order(email, language);
    });
  }

  async #order(email: string, language: MailLanguage): Promise<void> {
    const key = email.toLowerCase();
    const uniqueKey = `${RESET_MAIL} ${secretHash(key)}`;
    await this.#orders.add({ kind: RESET_MAIL, payload: { email: key, language }, uniqueKey });
    this.#jobs.wake();
  }

  /** Resolves when all requested mails are ordered. */
  settle(): Promise<void> {
    return this.#late.settle();
  }

  /** What the link can be used for. Looking does not use it up, because mail scanners follow links too. */
  async look(token: string): Promise<ResetLink> {
    const found = await this.#find(this.#database, token);
    if (found.state !== "usable") return found;
    return {
      state: "usable",
      account: found.account,
      survivors: await survivorsOf(this.#database, found.account, this.#clock.now()),
    };
  }

  /**
   * Uses up the link: sets the password and ends every session, and keys and shares if the person asks for that. A
   * second factor stays as it is.
   * @param signal aborts when the caller disconnects
   * @throws {DomainError} `bad-argument` for an invalid password, `too-busy`; neither uses up the link
   */
  async reset(token: string, input: ResetChoice & { password: string }, signal?: AbortSignal): Promise<ResetOutcome> {
    const before = await this.#find(this.#database, token);
    if (before.state !== "usable") return before;
    checkNewPassword(input.password, before.account.email, this.#siteHost);
    const owner = accountActor({ account: before.account, address: input.address });
    const passwordHash = await hashPassword(input.password, owner, signal);
    const outcome = await this.#database.transaction(async (rows): Promise<ResetOutcome> => {
      const found = await this.#find(rows, token);
      if (found.state !== "usable") return found;
      await this.#spend(rows, found, { ...input, passwordHash });
      return { state: "done", account: found.account };
    });
    this.#jobs.wake();
    return outcome;
  }

  async #spend(
    rows: Repositories,
    { account, token }: { account: Account; token: MailedToken },
    input: ResetChoice & { passwordHash: string },
  ): Promise<void> {
    const { passwordHash, endsKeys, endsShares, language, address } = input;
    const now = this.#clock.now();
    // The link went to the account's own address, so whoever has it has just proved ownership of the account.
    const owner = accountActor({ account, address, provedAt: now });
    const id = permitToSecure(owner, account, { now });
    await rows.mailedTokens.end(token.id, "spent", now);
    await rows.accounts.update(id, { passwordHash });
    await rows.folderShares.claim(id, account.email);
    await rows.sessions.removeByAccount(id, { ending: { as: "password changed", at: now } });
    await rows.downloadTokens.removeKeylessByAccount(id);
    if (endsKeys) await endAllKeys(rows, owner, now);
    const endedShares = endsShares ? await endSharing(rows, id) : 0;
    const details = { endedKeys: endsKeys, endedShares };
    const change = { action: "account.password-reset", objectId: account.id, details };
    await rows.audit.append([auditRecord(owner, now, change)]);
    const notice = { account, by: owner, at: now, language };
    await this.#jobs.add(rows, noticeOrder("password-changed", notice, { endedKeys: endsKeys }));
  }

  #find(rows: Pick<Repositories, "mailedTokens" | "accounts">, text: string): ReturnType<typeof findMailedLink> {
    return findMailedLink(rows, text, { purpose: PURPOSE, now: this.#clock.now() });
  }
}

/** The job that mails a link to somebody who forgot their password. */
export function passwordResetMail(parts: { database: Database; clock: Clock; mailer: Mailer }): JobKind {
  return { ...mailLimits, name: RESET_MAIL, run: (attempt) => mailResetLink(parts, attempt) };
}

async function mailResetLink(
  { database, clock, mailer }: { database: Database; clock: Clock; mailer: Mailer },
  attempt: JobAttempt,
): Promise<void> {
  const { payload } = attempt.job;
  const account = await database.accounts.findByEmail(String(payload["email"]));
  // A locked account is a matter for the operator: a new password would not open it. Anybody can order mails to any
  // address, so nothing is kept of those that are not sent.
  if (account === undefined || account.isLocked) return attempt.forget();
  const link = await issueMailedToken(attempt, { purpose: PURPOSE, account, email: undefined }, clock.now());
  if (link === undefined) return;
  await attempt.step("send");
  const language = mailLanguage(payload["language"]);
  await sendLetter(mailer, { kind: PURPOSE, to: account.email, language, ...link }, attempt);
}

async function endAllKeys(rows: Repositories, owner: AccountActor, now: Date): Promise<void> {
  for await (const page of keyPages(rows, owner.account)) {
    const working = page
      .filter(({ revokedAt }) => revokedAt === undefined)
      .map((key) => {
        // Only restricted keys are checked for where their folder lies, never a person.
        const grants = { ...key, fenceAncestorIds: undefined };
        return permit(owner, { action: "key.manage", key, grants }, { now, linkPassword: "not-needed" });
      });
    await endKeys(rows, working, now);
  }
}
