/** Mutual exclusion by name among everything that shares the same store. */
export interface Locker {
  /**
   * Resolves with the lock, or undefined at once when somebody else holds it: at most `most` hold one of a name at a time,
   * counted against the `most` of whoever asks; 1 when it is left out.
   */
  tryAcquire(name: string, leaseMs: number, most?: number): Promise<Lock | undefined>;
  /**
   * Runs `work` when all that asked under this name before have ended, whether well or not, in the order they asked. A
   * holder that crashed must not block for ever. Has nothing to do with locks of the same name.
   */
  inTurn<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Held until released or until its lease ends (a crashed holder must not block for ever). */
export interface Lock extends AsyncDisposable {
  /**
   * Makes the lease last `leaseMs` from now, also where it has ended and nobody has taken the place since. False, and
   * nothing changed, when the place is lost or was released.
   */
  renew(leaseMs: number): Promise<boolean>;
  release(): Promise<void>;
}
