import type { Account } from "../accounts/account.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { EndedSession, Session, SessionEnding } from "./session.ts";

/** Of an account whose password was given just now. */
type ProvedAccountId = Permitted<"session.begin" | "system", string>;
/** Of an account whose sessions may be ended: who signs in may make room, or end the others. */
type EndableAccountId = Permitted<"session.begin" | "account.secure" | "server.manage" | "system", string>;

export interface SessionRepository {
  findById(id: string): Promise<Session | undefined>;
  /** The session and its account in one look: every page of somebody who is signed in starts here. */
  findWithAccountByHash(hash: string): Promise<{ session: Session; account: Account } | undefined>;
  /** Those used last come first. */
  listByAccount(accountId: string, limit: number): Promise<Session[]>;
  create(session: Session & { readonly accountId: ProvedAccountId }): Promise<void>;
  /** Nothing happens when it has ended meanwhile, here and in the next. */
  noteUse(id: string, use: Pick<Session, "lastUsedAt" | "endsAt" | "address">): Promise<void>;
  /** A session of another account stays as it is. */
  prove(session: { readonly id: string; readonly accountId: ProvedAccountId }, at: Date): Promise<void>;
  /** False when there was none. Why it ended is noted where `ending` says it, as in the next. */
  remove(id: Permitted<"session.end" | "system", string>, ending?: SessionEnding): Promise<boolean>;
  /** Returns how many went, as the next two do. */
  removeByAccount(
    accountId: EndableAccountId,
    options: { ending: SessionEnding; but?: string | undefined },
  ): Promise<number>;
  /** Leaves that many of the account, those used last; the others were replaced. */
  removeAllButLatest(accountId: EndableAccountId, most: number, at: Date): Promise<number>;
  /** Those over at `now`, and those that would last beyond `latest`, as none made by a right clock does. */
  removeExpired(ends: { now: Date; latest: Date }): Promise<number>;
  /** Why the session of this hash ended, where that is known still. */
  findEndedByHash(hash: string): Promise<EndedSession | undefined>;
  forgetEndedBefore(time: Date): Promise<number>;
  /** All of an account that goes, those in use too. */
  forgetByAccount(accountId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<void>;
}
