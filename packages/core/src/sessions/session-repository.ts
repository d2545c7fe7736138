import type { Account } from "../accounts/account.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { EndedSession, Session, SessionEnding } from "./session.ts";

/** An account whose password was just given. */
type ProvedAccountId = Permitted<"session.begin" | "system", string>;
/** An account whose sessions may be ended: signing in may end the oldest, or all others. */
type EndableAccountId = Permitted<"session.begin" | "account.secure" | "server.manage" | "system", string>;

export interface SessionRepository {
  findById(id: string): Promise<Session | undefined>;
  /** The session and its account in one query: every page of a signed-in person starts here. */
  findWithAccountByHash(hash: string): Promise<{ session: Session; account: Account } | undefined>;
  /** Most recently used first. */
  listByAccount(accountId: string, limit: number): Promise<Session[]>;
  create(session: Session & { readonly accountId: ProvedAccountId }): Promise<void>;
  /** Does nothing if it has ended meanwhile; so does the next method. */
  noteUse(id: string, use: Pick<Session, "lastUsedAt" | "endsAt" | "address">): Promise<void>;
  /** A session of another account stays as it is. */
  prove(session: { readonly id: string; readonly accountId: ProvedAccountId }, at: Date): Promise<void>;
  /** False if there was none. `ending` is recorded as the reason; so in the next methods. */
  remove(id: Permitted<"session.end" | "system", string>, ending?: SessionEnding): Promise<boolean>;
  /** Returns how many were removed, like the next two methods. */
  removeByAccount(
    accountId: EndableAccountId,
    options: { ending: SessionEnding; but?: string | undefined },
  ): Promise<number>;
  /** Keeps this many of the account's sessions, the most recently used; the others end as replaced. */
  removeAllButLatest(accountId: EndableAccountId, most: number, at: Date): Promise<number>;
  /**
   * Those that have expired at `now`, and those that would last beyond `latest`, which only a wrong clock can have
   * made.
   */
  removeExpired(ends: { now: Date; latest: Date }): Promise<number>;
  /** Why the session with this hash ended, if that is still known. */
  findEndedByHash(hash: string): Promise<EndedSession | undefined>;
  forgetEndedBefore(time: Date): Promise<number>;
  /** All of an account being removed, including sessions in use. */
  forgetByAccount(accountId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<void>;
}
