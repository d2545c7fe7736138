import { FloodLockedError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { ElapsedTime } from "../ports/memory-elapsed-time.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { type FloodLock, isBan } from "./flood-lock.ts";

/** Locks made or lifted by another process (the operator's command) are seen this much later at most. */
const REFRESH_MS = 1000;

/** Where a lock is looked up: a ban may be on an address that is locked for its calls too. */
export type LockSlot = "ban" | FloodLock["kind"];
const heldAs = (lock: FloodLock): string => `${isBan(lock) ? "ban" : lock.kind}|${lock.subject}`;
export const durationOf = (lock: FloodLock): number => lock.lockedUntil.getTime() - lock.lockedAt.getTime();

/** A lock as this process counts it down. */
export interface HeldLock {
  lock: FloodLock;
  endsAtMs: number;
  /** What was counted to it, where that was in this process. */
  bucket: string | undefined;
}

/** The locks in force, as this process counts them down by the time that passes, whatever its clock shows. */
export class HeldLocks {
  readonly #database: Pick<Database, "floodLocks">;
  readonly #limiter: Pick<RateLimiter, "reset">;
  readonly #clock: Clock;
  readonly #elapsed: ElapsedTime;
  #locks = new Map<string, HeldLock>();
  #refreshedAtMs = -Infinity;
  #refreshing: Promise<void> | undefined;

  constructor(input: { database: Pick<Database, "floodLocks">; limiter: Pick<RateLimiter, "reset">; clock: Clock }) {
    this.#database = input.database;
    this.#limiter = input.limiter;
    this.#clock = input.clock;
    this.#elapsed = new ElapsedTime(input.clock);
  }

  /** True while it is known that there are none. */
  get isKnownEmpty(): boolean {
    return this.#locks.size === 0 && this.#isFresh();
  }

  /** The next `refresh` looks, however short ago the last one was. */
  lookAgain(): void {
    this.#refreshedAtMs = -Infinity;
  }

  /** One that is still in force. */
  find(slot: LockSlot, subject: string): HeldLock | undefined {
    const held = this.#locks.get(`${slot}|${subject}`);
    return held !== undefined && held.endsAtMs > this.#elapsed.nowMs() ? held : undefined;
  }

  /** `bucket`: what was counted to it. */
  keep(lock: FloodLock, now: Date, bucket: string): HeldLock {
    const name = heldAs(lock);
    const known = this.#locks.get(name);
    const held = known?.lock.id === lock.id ? known : this.#hold(lock, now, bucket);
    this.#locks.set(name, held);
    return held;
  }

  /** The refusal for callers who are locked out by it. */
  errorOf({ lock, endsAtMs }: HeldLock): FloodLockedError {
    return new FloodLockedError({
      kind: lock.kind,
      reason: lock.reason,
      lockedUntil: lock.lockedUntil,
      retryAfterMs: Math.max(0, endsAtMs - this.#elapsed.nowMs()),
    });
  }

  #isFresh(): boolean {
    return Math.abs(this.#clock.now().getTime() - this.#refreshedAtMs) < REFRESH_MS;
  }

  /** Looks at the locks noted in the database, unless that was done a moment ago. */
  async refresh(): Promise<void> {
    if (this.#isFresh()) return;
    // Callers at the same time wait for one look: the first after a start must not slip past the locks of before it.
    this.#refreshing ??= this.#readLocks().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #readLocks(): Promise<void> {
    const now = this.#clock.now();
    const active = await this.#inTime(await this.#database.floodLocks.listActive(now), now);
    const before = [...this.#locks.values()];
    active.push(...(await this.#unended(before, active)));
    const known = new Map(before.map((held) => [held.lock.id, held]));
    this.#locks = new Map(active.map((lock) => [heldAs(lock), known.get(lock.id) ?? this.#hold(lock, now)]));
    this.#refreshedAtMs = now.getTime();
    await this.#forgetCounts(before, new Set(active.map((lock) => lock.id)));
  }

  /** Locks that a clock set forth takes for over, and that nobody lifted: they last as long as they were meant to. */
  async #unended(held: readonly HeldLock[], active: readonly FloodLock[]): Promise<FloodLock[]> {
    const activeIds = new Set(active.map(({ id }) => id));
    const elapsedMs = this.#elapsed.nowMs();
    const unended: FloodLock[] = [];
    for (const { lock, endsAtMs } of held) {
      if (activeIds.has(lock.id) || endsAtMs <= elapsedMs) continue;
      const noted = await this.#database.floodLocks.listRecent(lock.kind, lock.subject, new Date(0));
      if (noted.some(({ id, releasedAt }) => id === lock.id && releasedAt === undefined)) unended.push(lock);
    }
    return unended;
  }

  /**
   * A clock that was ahead and is right again leaves locks that begin in days. They are noted anew with what is left of
   * them, so that neither this process nor the next holds anybody off for longer than the lock was meant to last.
   */
  async #inTime(locks: readonly FloodLock[], now: Date): Promise<FloodLock[]> {
    const elapsedMs = this.#elapsed.nowMs();
    const inTime: FloodLock[] = [];
    for (const lock of locks) {
      if (lock.lockedAt.getTime() <= now.getTime() + CLOCK_STEP_MS) {
        inTime.push(lock);
        continue;
      }
      const held = [...this.#locks.values()].find((each) => each.lock.id === lock.id) ?? this.#hold(lock, now);
      const lockedUntil = new Date(now.getTime() + Math.max(0, held.endsAtMs - elapsedMs));
      const lockedAt = new Date(lockedUntil.getTime() - durationOf(lock));
      await this.#database.floodLocks.reschedule(lock.id, lockedAt, lockedUntil);
      inTime.push({ ...lock, lockedAt, lockedUntil });
    }
    return inTime;
  }

  /** A lock that is lifted before its end takes its count along: the next call would bring it back otherwise. */
  async #forgetCounts(before: readonly HeldLock[], activeIds: ReadonlySet<string>): Promise<void> {
    const elapsedMs = this.#elapsed.nowMs();
    for (const { lock, endsAtMs, bucket } of before) {
      if (bucket !== undefined && endsAtMs > elapsedMs && !activeIds.has(lock.id)) await this.#limiter.reset(bucket);
    }
  }

  /** Ends by the time that passes here: a clock that is set back must not make a lock longer than it was meant to be. */
  #hold(lock: FloodLock, now: Date, bucket?: string): HeldLock {
    const leftMs = Math.min(durationOf(lock), lock.lockedUntil.getTime() - now.getTime());
    return { lock, endsAtMs: this.#elapsed.nowMs() + leftMs, bucket };
  }
}
