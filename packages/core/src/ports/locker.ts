/** Mutual exclusion by name among everything that shares the same store. */
export interface Locker {
  /**
   * Resolves with the lock, or undefined at once when somebody else holds it: at most `most` hold one of a name at a time,
   * counted against the `most` of whoever asks; 1 when it is left out.
   */
  tryAcquire(name: string, leaseMs: number, most?: number): Promise<Lock | undefined>;
  /** How many hold one of this name now. */
  countHeld(name: string): Promise<number>;
  /**
   * Runs `work` when all that asked under this name before have ended, whether well or not, in the order they asked. A
   * holder that crashed must not block for ever. Has nothing to do with locks of the same name.
   * Whoever waits leaves when `signal` aborts, without `work` being run; work that has begun goes on.
   * Where names that begin with the same word take all the room, the newest of the name for which most wait makes room
   * for another.
   * @throws {DomainError} `too-busy` at once, where `mostWaiting` are waiting; later, where it made room or waited too long
   * @throws the reason of `signal`
   */
  inTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * How many may wait for a turn: under one name, and in this process under all names with the same first word. Those at work
 * are not among them.
 */
export const mostWaiting = { perName: 100, perWord: 1000 };

/** Held until released or until its lease ends (a crashed holder must not block for ever). */
export interface Lock extends AsyncDisposable {
  /**
   * Makes the lease last `leaseMs` from now, also where it has ended and nobody has taken the place since. False, and
   * nothing changed, when the place is lost or was released.
   */
  renew(leaseMs: number): Promise<boolean>;
  release(): Promise<void>;
}
