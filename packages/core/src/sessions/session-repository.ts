import type { Account } from "../accounts/account.ts";
import type { Session } from "./session.ts";

export interface SessionRepository {
  findById(id: string): Promise<Session | undefined>;
  /** The session and its account in one look: every page of somebody who is signed in starts here. */
  findWithAccountByHash(hash: string): Promise<{ session: Session; account: Account } | undefined>;
  /** Those used last come first. */
  listByAccount(accountId: string, limit: number): Promise<Session[]>;
  create(session: Session): Promise<void>;
  /** Nothing happens when it has ended meanwhile. */
  update(id: string, changes: Partial<Pick<Session, "provedAt" | "lastUsedAt" | "endsAt" | "address">>): Promise<void>;
  /** False when there was none. */
  remove(id: string): Promise<boolean>;
  /** Returns how many went, as the next two do. */
  removeByAccount(accountId: string, but?: string): Promise<number>;
  /** Leaves that many of the account, those used last. */
  removeAllButLatest(accountId: string, most: number): Promise<number>;
  /** Those over at `now`, and those that would last beyond `latest`, as none made by a right clock does. */
  removeExpired(ends: { now: Date; latest: Date }): Promise<number>;
}
