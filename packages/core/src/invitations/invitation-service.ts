import { type Account, defaultAccountSettings } from "../accounts/account.ts";
import { checkNewPassword, isEmailAddress } from "../accounts/new-credentials.ts";
import { hashPassword } from "../accounts/password-hash.ts";
import type { PlanId } from "../accounts/plans.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { hourlyBucket, LETTERS_PER_HOUR, MAILED_TOKEN_FORM } from "../mail/mailed-links.ts";
import type { MailedLinkOver } from "../mail/mailed-token.ts";
import { isUnreachableAddress } from "../mail/unreachable-address.ts";
import { accountActor, guest, isAccountActor, type Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { bySystem } from "../policy/by-system.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Mailer, MailLanguage } from "../ports/mailer.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { newRecordId } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";
import { isLasting } from "../time-span.ts";
import { type Invitation, INVITATION_LIFE_MS } from "./invitation.ts";
import { INVITATION_MAIL } from "./invitation-mail.ts";
import type { InvitationPosition } from "./invitation-repository.ts";

/** Open invitations at a time. */
const MOST_OPEN = 1000;
/** From one administrator: whoever stole the password must not send e-mails to thousands of strangers. */
const MOST_SENT_PER_HOUR = 1000;

/** What a mailed link can be used for. */
export type InvitationLink = { readonly state: "usable"; readonly invitation: Invitation } | MailedLinkOver;
export type InvitationOutcome = MailedLinkOver | { readonly state: "done"; readonly account: Account };

/** Lets administrators invite people, who choose their own password through a mailed link. */
export class InvitationService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #jobs: JobQueue;
  readonly #siteHost: string | undefined;
  readonly mailPlace: Mailer["place"];

  constructor(input: {
    database: Database;
    clock: Clock;
    limiter: RateLimiter;
    jobs: JobQueue;
    mailer: Mailer;
    siteHost: string | undefined;
  }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#limiter = input.limiter;
    this.#jobs = input.jobs;
    this.#siteHost = input.siteHost;
    this.mailPlace = input.mailer.place;
  }

  /**
   * Orders a mail with a link. An open invitation for the same address is replaced, and its link becomes invalid.
   * @throws {DomainError} `account-exists`, `bad-argument` for an address that is invalid or that no e-mail can reach,
   *   `too-busy` when very many are open, or too many mails were sent to the address or by this administrator, and what
   *   the policy says to others
   */
  async invite(
    by: Principal,
    input: { email: string; planId: PlanId; quotaBytes?: number | undefined; language?: MailLanguage | undefined },
  ): Promise<Invitation> {
    const { email, planId, quotaBytes, language = "en" } = input;
    if (!isEmailAddress(email)) throw new ArgumentError("email-invalid", `"${email}" is not an e-mail address.`);
    permitAdministrator(by, email, { now: this.#clock.now() });
    if (this.mailPlace.kind === "server" && isUnreachableAddress(email))
      throw new ArgumentError("email-invalid", `No e-mail can reach "${email}"; nobody was invited.`);
    await this.#countLetter(by, email);
    const now = this.#clock.now();
    const invitation: Invitation = {
      id: newRecordId(),
      email,
      planId,
      quotaBytes,
      language,
      invitedBy: by !== "operator" && isAccountActor(by) ? by.account.email : undefined,
      hash: undefined,
      createdAt: now,
      mailedAt: undefined,
      endsAt: new Date(now.getTime() + INVITATION_LIFE_MS),
      ended: undefined,
    };
    await transactionBy(this.#database, by, async (rows, caller) => {
      permitAdministrator(caller, invitation.id, { now: this.#clock.now() });
      if ((await rows.accounts.findByEmail(email)) !== undefined) throw addressTaken();
      if ((await rows.invitations.countOpen()) >= MOST_OPEN)
        throw new DomainError("too-busy", `${MOST_OPEN} invitations are open. Revoke some first.`);
      await rows.invitations.create(invitation);
      const details = { email, plan: planId };
      await rows.audit.append([
        auditRecord(caller, now, { action: "account.invite", objectId: invitation.id, details }),
      ]);
      await this.#order(rows, invitation.id);
    });
    this.#jobs.wake();
    return invitation;
  }

  /**
   * Mails a new link with a full lifetime; the previous one becomes invalid.
   * @throws {DomainError} `invitation-not-found`, also if it has ended; `account-exists`, `too-busy`
   */
  async resend(by: Principal, id: string): Promise<Invitation> {
    const known = await this.#get(by, id);
    await this.#countLetter(by, known.email);
    const now = this.#clock.now();
    const endsAt = new Date(now.getTime() + INVITATION_LIFE_MS);
    await transactionBy(this.#database, by, async (rows, caller) => {
      const permitted = permitAdministrator(caller, id, { now: this.#clock.now() });
      if ((await rows.accounts.findByEmail(known.email)) !== undefined) throw addressTaken();
      if (!(await rows.invitations.renew(permitted, { endsAt }))) throw hasEnded();
      const details = { email: known.email };
      await rows.audit.append([auditRecord(caller, now, { action: "account.invite-again", objectId: id, details })]);
      await this.#order(rows, id);
    });
    this.#jobs.wake();
    return { ...known, endsAt };
  }

  /** Its link becomes invalid. @throws {DomainError} `invitation-not-found`, also if it has ended */
  async revoke(by: Principal, id: string): Promise<void> {
    const { email } = await this.#get(by, id);
    const now = this.#clock.now();
    await transactionBy(this.#database, by, async (rows, caller) => {
      const permitted = permitAdministrator(caller, id, { now: this.#clock.now() });
      if (!(await rows.invitations.end(permitted, "revoked", now))) throw hasEnded();
      const details = { email };
      await rows.audit.append([auditRecord(caller, now, { action: "account.uninvite", objectId: id, details })]);
    });
  }

  /** Newest first; ended ones are listed for a month. */
  async page(by: Principal, after: InvitationPosition | undefined, limit: number): Promise<Invitation[]> {
    requireAdministrator(by, this.#clock);
    return this.#database.invitations.list({ after, limit });
  }

  /** The open invitation for an address. @throws {DomainError} `invitation-not-found` */
  async getByEmail(by: Principal, email: string): Promise<Invitation> {
    requireAdministrator(by, this.#clock);
    const found = await this.#database.invitations.findOpenByEmail(email);
    if (found === undefined) throw new DomainError("invitation-not-found", `There is no open invitation for ${email}.`);
    return found;
  }

  /** What the link can be used for. Looking does not use it up, because mail scanners follow links too. */
  look(token: string): Promise<InvitationLink> {
    return this.#find(this.#database, token);
  }

  /**
   * Uses up the link: creates the account with the password that the person chose.
   * @param signal aborts when the caller disconnects
   * @throws {DomainError} `bad-argument` for an invalid password, `too-busy`, `account-exists` when somebody else has
   *   the address by now; none of these uses up the link
   */
  async accept(
    token: string,
    input: { password: string; language: MailLanguage; address: string },
    signal?: AbortSignal,
  ): Promise<InvitationOutcome> {
    const before = await this.#find(this.#database, token);
    if (before.state !== "usable") return before;
    checkNewPassword(input.password, before.invitation.email, this.#siteHost);
    const passwordHash = await hashPassword(input.password, guest(input.address), signal);
    const now = this.#clock.now();
    return this.#database.transaction(async (rows): Promise<InvitationOutcome> => {
      const found = await this.#find(rows, token);
      if (found.state !== "usable") return found;
      const { id, email, planId, quotaBytes } = found.invitation;
      await rows.invitations.end(bySystem(id, "whoever has the link was invited"), "accepted", now);
      const account = await rows.accounts.create({
        id: newRecordId(),
        email,
        passwordHash,
        planId,
        planEndsAt: undefined,
        quotaBytes,
        isAdmin: false,
        isLocked: false,
        removesAt: undefined,
        settings: { ...defaultAccountSettings, language: input.language },
        createdAt: now,
      });
      await rows.folderShares.claim(bySystem(account.id, "whoever has the link has the address"), email);
      const owner = accountActor({ account, address: input.address });
      const details = { account: email, plan: planId, invitation: id };
      await rows.audit.append([auditRecord(owner, now, { action: "account.create", objectId: account.id, details })]);
      return { state: "done", account };
    });
  }

  async #get(by: Principal, id: string): Promise<Invitation> {
    permitAdministrator(by, id, { now: this.#clock.now() });
    const found = await this.#database.invitations.findById(id);
    if (found === undefined) throw new DomainError("invitation-not-found", "There is no such invitation.");
    if (found.ended !== undefined) throw hasEnded();
    return found;
  }

  /** However many administrators there are, nobody's mailbox is flooded. @throws {DomainError} `too-busy` */
  async #countLetter(by: Principal, email: string): Promise<void> {
    const receiver = hourlyBucket(`invitation|receiver ${secretHash(email.toLowerCase())}`, LETTERS_PER_HOUR);
    const sender = by !== "operator" && isAccountActor(by) ? by.account.id : undefined;
    const sent = sender === undefined ? [] : [hourlyBucket(`invitation|sender ${sender}`, MOST_SENT_PER_HOUR)];
    const answer = await this.#limiter.consume([receiver, ...sent]);
    if (answer.isAllowed) return;
    const what = answer.refusedBy === 0 ? "Too many e-mails went to this address." : "You sent too many invitations.";
    throw new DomainError("too-busy", `${what} Try again in an hour.`);
  }

  async #order(rows: Repositories, id: string): Promise<void> {
    await this.#jobs.add(rows, { kind: INVITATION_MAIL, payload: { invitation: id }, uniqueKey: `invitation ${id}` });
  }

  async #find(rows: Pick<Repositories, "accounts" | "invitations">, text: string): Promise<InvitationLink> {
    const invitation = MAILED_TOKEN_FORM.test(text) ? await rows.invitations.findByHash(secretHash(text)) : undefined;
    if (invitation === undefined) return { state: "unknown" };
    if (invitation.ended?.as === "accepted") return { state: "spent" };
    if (invitation.ended !== undefined) return { state: invitation.ended.as };
    const span = { beganAt: invitation.mailedAt ?? invitation.createdAt, endsAt: invitation.endsAt };
    return isLasting(span, this.#clock.now()) ? { state: "usable", invitation } : { state: "expired" };
  }
}

const addressTaken = () => new DomainError("account-exists", "There is already an account with this e-mail address.");
const hasEnded = () => new DomainError("invitation-not-found", "This invitation was accepted, revoked or replaced.");
