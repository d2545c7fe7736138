/** Mutual exclusion by name among everything that shares the same store. */
export interface Locker {
  /** Resolves with the lock, or undefined at once when somebody else holds it. */
  tryAcquire(name: string, leaseMs: number): Promise<Lock | undefined>;
}

/** Held until released or until its lease ends (a crashed holder must not block for ever). */
export interface Lock extends AsyncDisposable {
  release(): Promise<void>;
}
