import type { Permitted } from "../policy/permitted.ts";
import type { FloodLock } from "./flood-lock.ts";

export type LockPosition = Pick<FloodLock, "lockedUntil" | "id">;

export interface FloodLockRepository {
  /** Not released and not over at `now`, at most `limit` after a position in the order in which they end. */
  listActive(now: Date, after: LockPosition | undefined, limit: number): Promise<FloodLock[]>;
  /** Of those active at `now` the one that ends last. */
  findLast(now: Date): Promise<FloodLock | undefined>;
  /** The latest locks of a subject since `since`, newest first: repetition makes the next one longer. */
  listRecent(kind: FloodLock["kind"], subject: string, since: Date): Promise<FloodLock[]>;
  create(lock: FloodLock): Promise<void>;
  /** The lock; undefined when there is no such one or it was released before. */
  release(id: Permitted<"server.manage" | "system", string>, releasedAt: Date): Promise<FloodLock | undefined>;
  /** For a lock that was noted by a clock that was wrong: what is left of it, by one that is right. */
  reschedule(id: string, lockedAt: Date, lockedUntil: Date): Promise<void>;
  removeEndedBefore(time: Date): Promise<number>;
}
