import type { Permitted } from "../policy/permitted.ts";
import type { FloodLock } from "./flood-lock.ts";

export type LockPosition = Pick<FloodLock, "lockedUntil" | "id">;

export interface FloodLockRepository {
  /**
   * Locks not released and not over at `now`, at most `limit`, in the order in which they end, starting after a
   * position.
   */
  listActive(now: Date, after: LockPosition | undefined, limit: number): Promise<FloodLock[]>;
  /** The lock active at `now` that ends last. */
  findLast(now: Date): Promise<FloodLock | undefined>;
  /** The latest locks of a subject since `since`, newest first: repetition makes the next lock longer. */
  listRecent(kind: FloodLock["kind"], subject: string, since: Date): Promise<FloodLock[]>;
  create(lock: FloodLock): Promise<void>;
  /** Returns the lock; undefined if it does not exist or was released before. */
  release(id: Permitted<"server.manage" | "system", string>, releasedAt: Date): Promise<FloodLock | undefined>;
  /** Corrects a lock that was written while the clock was wrong. */
  reschedule(id: string, lockedAt: Date, lockedUntil: Date): Promise<void>;
  removeEndedBefore(time: Date): Promise<number>;
}
