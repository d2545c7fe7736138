import type { Account } from "../accounts/account.ts";
import type { NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
import { accountActor, type AccountActor, isAccountActor, type Principal } from "../policy/actor.ts";
import { countedAddress } from "../policy/counted-address.ts";
import { requireAllowed } from "../policy/decision.ts";
import { bySystem } from "../policy/by-system.ts";
import { transactionAs, transactionBy } from "../policy/fresh-actor.ts";
import { permit } from "../policy/permitted.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { MailLanguage } from "../ports/mailer.ts";
import { RecentUses } from "../recent-uses.ts";
import { newRecordId, newSessionToken } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";
import { noteEnd } from "../unwritable.ts";
import {
  type EndedSession,
  endAfterUse,
  isSessionOver,
  MOST_SESSIONS,
  MOST_USER_AGENT_LENGTH,
  type Session,
  type SessionLife,
} from "./session.ts";

const TOKEN_FORM = /^[A-Za-z0-9]{40}$/;

export interface NewSession {
  life: SessionLife;
  userAgent: string;
  /** Only valid from the address where it began. */
  isBound?: boolean;
  /** Language of the page used for signing in, and of mails from then on; undefined for programs. */
  language?: MailLanguage | undefined;
  /** Ends all other sessions of the account. */
  endsOthers?: boolean;
}

/** Starts, finds and ends the sessions of signed-in people. */
export class SessionService {
  readonly #database: Database;
  readonly #clock: Clock;
  /** Resolves when every use so far is recorded, or could not be. */
  #noted: Promise<void> = Promise.resolve();
  readonly #uses = new RecentUses();

  constructor(input: { database: Database; clock: Clock }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /**
   * For a person who has just given the password. The token is returned only here.
   * @throws {DomainError} what the policy says to anybody else
   */
  async begin(actor: AccountActor, input: NewSession): Promise<{ session: Session; token: string }> {
    const token = newSessionToken();
    const now = this.#clock.now();
    const { life, isBound = false, endsOthers = false } = input;
    const session: Session = {
      id: newRecordId(),
      accountId: actor.account.id,
      hash: secretHash(token),
      life,
      provedAt: now,
      createdAt: now,
      lastUsedAt: now,
      endsAt: endAfterUse({ life, createdAt: now }, now),
      address: actor.address,
      boundAddress: isBound ? actor.address : undefined,
      userAgent: printable(input.userAgent).slice(0, MOST_USER_AGENT_LENGTH),
    };
    await transactionAs(this.#database, actor, async (rows, caller) => {
      const accountId = permit(caller, { action: "session.begin", account: caller.account }, this.#context());
      if (endsOthers) {
        await rows.sessions.removeByAccount(accountId, { ending: { as: "ended elsewhere", at: now } });
        await rows.downloadTokens.removeOfSessions(accountId, { but: undefined });
      } else await rows.sessions.removeAllButLatest(accountId, MOST_SESSIONS - 1, now);
      await rows.sessions.create({ ...session, accountId });
      await this.#noteLanguage(rows, caller, input.language);
      const details = { account: caller.account.email, life, endedOthers: endsOthers };
      await rows.audit.append([auditRecord(caller, now, { action: "session.begin", objectId: session.id, details })]);
    });
    return { session, token };
  }

  async #noteLanguage(rows: Repositories, caller: AccountActor, language: MailLanguage | undefined): Promise<void> {
    const { account } = caller;
    if (language === undefined || language === account.settings.language) return;
    const id = permit(caller, { action: "account.manage", account, right: "write" }, this.#context());
    await rows.accounts.update(id, { settings: { ...account.settings, language } });
  }

  /**
   * The account signed in with this token. Undefined if the token is unknown, has ended, or is bound to another
   * address. Whether the account may do anything is up to the policy.
   */
  async authenticate(token: string, address: string): Promise<AccountActor | undefined> {
    const found = TOKEN_FORM.test(token)
      ? await this.#database.sessions.findWithAccountByHash(secretHash(token))
      : undefined;
    if (found === undefined) return undefined;
    const { session, account } = found;
    const now = this.#clock.now();
    if (isSessionOver(session, now)) {
      // Removed at once, so that it stays expired if the clock is set back.
      await noteEnd(() =>
        this.#database.sessions.remove(bySystem(session.id, "it is over"), { as: "expired", at: now }),
      );
      return undefined;
    }
    const { boundAddress } = session;
    if (boundAddress !== undefined && countedAddress(boundAddress) !== countedAddress(address)) return undefined;
    const actor = accountActor({ account, session, address });
    this.#noteUse(session, actor.address, now);
    return actor;
  }

  /**
   * Why the session with this token ended, for whoever still has the token: nobody else can know it. Undefined if it is
   * unknown or still valid, and after a while.
   */
  async findEnd(token: string): Promise<EndedSession | undefined> {
    return TOKEN_FORM.test(token) ? this.#database.sessions.findEndedByHash(secretHash(token)) : undefined;
  }

  /** In the background: the page must neither wait for this nor fail with it, as on a full or read-only disk. */
  #noteUse(session: Session, address: string, now: Date): void {
    if (!this.#uses.isDue(session, now)) return;
    const changes = { lastUsedAt: now, endsAt: endAfterUse(session, now), address };
    this.#noted = this.#database.sessions.noteUse(session.id, changes).catch(() => undefined);
  }

  /** Most recently used first. @throws {DomainError} what the policy says to callers who may not see them */
  async list(by: Principal, account: Pick<Account, "id">): Promise<Session[]> {
    requireAllowed(can(by, { action: "session.list", account }, this.#context()));
    const now = this.#clock.now();
    await this.#noted;
    const sessions = await this.#database.sessions.listByAccount(account.id, MOST_SESSIONS);
    return sessions.filter((session) => !isSessionOver(session, now));
  }

  /**
   * Ends the caller's own session, or another one of the account with the downloads started in it: somebody who signs
   * out may still finish a download, somebody who is thrown out may not.
   * @throws {DomainError} `session-not-found`
   */
  async end(by: Principal, sessionId: string): Promise<void> {
    const now = this.#clock.now();
    await transactionBy(this.#database, by, async (rows, caller) => {
      const session = await rows.sessions.findById(sessionId);
      const isVisible = caller === "operator" || (isAccountActor(caller) && caller.account.id === session?.accountId);
      if (session === undefined || !isVisible) throw new DomainError("session-not-found", "This session has ended.");
      const isOwn = caller !== "operator" && isAccountActor(caller) && caller.session?.id === sessionId;
      const id = permit(caller, { action: "session.end", session }, this.#context());
      await rows.sessions.remove(id, isOwn ? undefined : { as: "ended elsewhere", at: now });
      if (!isOwn) await rows.downloadTokens.removeOfSessions(session.accountId, { only: sessionId });
      const details: NewAuditRecord["details"] = isOwn ? { own: true } : { from: session.address };
      await rows.audit.append([auditRecord(caller, now, { action: "session.end", objectId: sessionId, details })]);
    });
  }

  /**
   * Ends all sessions of the caller's account except the current one, with the downloads started in them; returns how
   * many.
   */
  async endOthers(by: AccountActor): Promise<number> {
    const now = this.#clock.now();
    return transactionAs(this.#database, by, async (rows, caller) => {
      const { account, session } = caller;
      const accountId = permit(caller, { action: "account.secure", account }, this.#context());
      const count = await rows.sessions.removeByAccount(accountId, {
        ending: { as: "ended elsewhere", at: now },
        but: session?.id,
      });
      await rows.downloadTokens.removeOfSessions(accountId, { but: session?.id });
      const change = { action: "session.end-others", objectId: accountId, details: { count } };
      if (count > 0) await rows.audit.append([auditRecord(caller, now, change)]);
      return count;
    });
  }

  /**
   * Returns the caller with a freshly proved session: `proof` is the actor whose password was just given.
   * @throws {DomainError} `unknown-credentials` if that is another account, and what the policy says about the proof
   */
  async prove(by: AccountActor, proof: AccountActor): Promise<AccountActor> {
    const { session } = by;
    if (session === undefined || proof.account.id !== by.account.id)
      throw new DomainError("unknown-credentials", "That is the password of another account.");
    const now = this.#clock.now();
    await transactionAs(this.#database, proof, async (rows, caller) => {
      const accountId = permit(caller, { action: "session.begin", account: caller.account }, this.#context());
      await rows.sessions.prove({ id: session.id, accountId }, now);
    });
    return accountActor({ account: by.account, session: { ...session, provedAt: now }, address: by.address });
  }

  #context() {
    return { now: this.#clock.now(), linkPassword: "not-needed" } as const;
  }
}

/** Control characters mean nothing in a name and much to a terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, " ").trim();
}
