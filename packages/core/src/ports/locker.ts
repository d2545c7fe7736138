/** Mutual exclusion by name among all processes that share the same store. */
export interface Locker {
  /**
   * Resolves with the lock, or at once with undefined if it is taken: at most `most` holders per name at a time,
   * checked against the caller's `most`; default 1.
   */
  tryAcquire(name: string, leaseMs: number, most?: number): Promise<Lock | undefined>;
  /** How many hold a lock of this name now. */
  countHeld(name: string): Promise<number>;
  /**
   * Runs `work` when all earlier requests with this name have ended, successful or not, in order of arrival. A crashed
   * holder must not block forever. Independent of locks with the same name. A waiting caller leaves when `signal`
   * aborts, and `work` does not run; work that has begun continues. When names with the same first word use up all the
   * room, the newest caller of the name with the most waiting makes room for another.
   * @throws {DomainError} `too-busy` at once, if `mostWaiting` are waiting; later, if it made room or waited too long
   * @throws the reason of `signal`
   */
  inTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * How many may wait for a turn: per name, and in this process for all names with the same first word. Running ones do
 * not count.
 */
export const mostWaiting = { perName: 100, perWord: 1000 };

/** Held until it is released or its lease expires (a crashed holder must not block forever). */
export interface Lock extends AsyncDisposable {
  /**
   * Extends the lease to `leaseMs` from now, even if it has expired and nobody has taken the lock since. Returns false,
   * and changes nothing, if the lock is lost or was released.
   */
  renew(leaseMs: number): Promise<boolean>;
  release(): Promise<void>;
}
