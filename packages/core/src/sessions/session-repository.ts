import type { Account } from "../accounts/account.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { Session } from "./session.ts";

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
  /** False when there was none. */
  remove(id: Permitted<"session.end" | "system", string>): Promise<boolean>;
  /** Returns how many went, as the next two do. */
  removeByAccount(accountId: EndableAccountId, but?: string): Promise<number>;
  /** Leaves that many of the account, those used last. */
  removeAllButLatest(accountId: EndableAccountId, most: number): Promise<number>;
  /** Those over at `now`, and those that would last beyond `latest`, as none made by a right clock does. */
  removeExpired(ends: { now: Date; latest: Date }): Promise<number>;
}
