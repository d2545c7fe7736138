import { FloodLockedError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { ElapsedTime } from "../ports/memory-elapsed-time.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { type FloodLock, isBan } from "./flood-lock.ts";

/** Locks made or lifted by another process (the operator's command) are noticed at most this much later. */
const REFRESH_MS = 1000;
/** Remembered subjects, locked or not; the one looked up longest ago is dropped first. */
const MOST_SUBJECTS = 10_000;
/** Locks from a wrong clock that one lookup corrects. */
const MOST_PUT_RIGHT = 100;

/** Which lock to look up: an address can be banned and also locked for too many calls. */
export type LockSlot = "ban" | FloodLock["kind"];
const slotOf = (lock: FloodLock): LockSlot => (isBan(lock) ? "ban" : lock.kind);
const subjectOf = ({ kind, subject }: Pick<FloodLock, "kind" | "subject">): string => `${kind}|${subject}`;
export const durationOf = (lock: FloodLock): number => lock.lockedUntil.getTime() - lock.lockedAt.getTime();

/** A lock as counted down by this process. */
export interface HeldLock {
  lock: FloodLock;
  endsAtMs: number;
  /** The count that caused it, if that happened in this process. */
  bucket: string | undefined;
}

/** What is known about one address, account or key. */
interface Looked {
  held: ReadonlyMap<LockSlot, HeldLock>;
  /** When it was looked up; undefined: look again. */
  atMs: number | undefined;
}

type LockRows = Pick<Database["floodLocks"], "findLast" | "listRecent" | "reschedule">;

/**
 * The active locks, counted down by elapsed time, independent of clock changes. Each is read when its subject calls, so
 * the cost of a call does not depend on how many others are locked.
 */
export class HeldLocks {
  readonly #rows: LockRows;
  readonly #limiter: Pick<RateLimiter, "reset">;
  readonly #clock: Clock;
  readonly #elapsed: ElapsedTime;
  /** Least recently looked up first. */
  readonly #looked = new Map<string, Looked>();
  readonly #looking = new Map<string, Promise<Looked>>();
  #isAnyNoted = true;
  #refreshedAtMs = -Infinity;
  #refreshing: Promise<void> | undefined;
  /** When the last lock counted down by this process ends. */
  #lastEndsAtMs = 0;

  constructor(input: { database: { floodLocks: LockRows }; limiter: Pick<RateLimiter, "reset">; clock: Clock }) {
    this.#rows = input.database.floodLocks;
    this.#limiter = input.limiter;
    this.#clock = input.clock;
    this.#elapsed = new ElapsedTime(input.clock);
  }

  /** True if there are known to be no locks. */
  get isKnownEmpty(): boolean {
    return !this.#isAnyNoted && this.#isFresh(this.#refreshedAtMs) && this.#lastEndsAtMs <= this.#elapsed.nowMs();
  }

  /** Number of remembered subjects. */
  get subjectCount(): number {
    return this.#looked.size;
  }

  /** Makes the next lookup read the database, however recent the last one was. */
  lookAgain(): void {
    this.#refreshedAtMs = -Infinity;
    // Creates new entries, so that a running lookup sees the change and looks again.
    for (const [name, { held }] of this.#looked) this.#looked.set(name, { held, atMs: undefined });
  }

  /** A lock that is still active. */
  async find(slot: LockSlot, subject: string): Promise<HeldLock | undefined> {
    const { held } = await this.#lookUp(slot === "ban" ? "ip" : slot, subject);
    const found = held.get(slot);
    return found !== undefined && found.endsAtMs > this.#elapsed.nowMs() ? found : undefined;
  }

  /** `bucket`: the count that caused it. */
  keep(lock: FloodLock, now: Date, bucket: string): HeldLock {
    const looked = this.#looked.get(subjectOf(lock));
    const known = looked?.held.get(slotOf(lock));
    const held = known?.lock.id === lock.id ? known : this.#hold(lock, now, bucket);
    this.#isAnyNoted = true;
    this.#remember(subjectOf(lock), {
      held: new Map([...(looked?.held ?? []), [slotOf(lock), held]]),
      atMs: looked?.atMs,
    });
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

  #isFresh(atMs: number | undefined): boolean {
    return atMs !== undefined && Math.abs(this.#clock.now().getTime() - atMs) < REFRESH_MS;
  }

  /** Checks whether the database has any lock, unless that was done a moment ago. */
  async isAny(): Promise<boolean> {
    if (!this.#isFresh(this.#refreshedAtMs)) {
      // Concurrent callers wait for the same lookup: the first call after a start must not slip past existing locks.
      this.#refreshing ??= this.#lookForAny().finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    return this.#isAnyNoted || this.#lastEndsAtMs > this.#elapsed.nowMs();
  }

  /** A clock that was ahead and has been corrected leaves locks that end last of all: they are corrected here. */
  async #lookForAny(): Promise<void> {
    const now = this.#clock.now();
    let last = await this.#rows.findLast(now);
    this.#isAnyNoted = last !== undefined;
    for (let count = 0; last !== undefined && isAhead(last, now) && count < MOST_PUT_RIGHT; count++) {
      await this.#putRight(last, now);
      last = await this.#rows.findLast(now);
    }
    this.#refreshedAtMs = now.getTime();
  }

  async #lookUp(kind: FloodLock["kind"], subject: string): Promise<Looked> {
    const name = subjectOf({ kind, subject });
    const known = this.#looked.get(name);
    if (known !== undefined && this.#isFresh(known.atMs)) return known;
    const running = this.#looking.get(name);
    if (running !== undefined) return running;
    const looking = this.#read(kind, subject).finally(() => this.#looking.delete(name));
    this.#looking.set(name, looking);
    return looking;
  }

  async #read(kind: FloodLock["kind"], subject: string): Promise<Looked> {
    const name = subjectOf({ kind, subject });
    for (;;) {
      const now = this.#clock.now();
      const before = this.#looked.get(name);
      // All stored locks: if the clock was set forward, some look over although nobody lifted them.
      const noted = await this.#rows.listRecent(kind, subject, new Date(0));
      const held = new Map<LockSlot, HeldLock>();
      for (const lock of noted.filter(({ releasedAt }) => releasedAt === undefined).toReversed()) {
        const known = heldOf(before, lock);
        if (lock.lockedUntil <= now && (known === undefined || known.endsAtMs <= this.#elapsed.nowMs())) continue;
        const inTime = isAhead(lock, now) ? await this.#putRight(lock, now) : lock;
        held.set(slotOf(lock), known ?? this.#hold(inTime, now));
      }
      // A lock that was made meanwhile is not among those read.
      if (this.#looked.get(name) !== before) continue;
      const looked: Looked = { held, atMs: now.getTime() };
      this.#remember(name, looked);
      await this.#forgetCounts(before, new Set(noted.flatMap((lock) => (lock.releasedAt ? [] : [lock.id]))));
      return looked;
    }
  }

  #remember(name: string, looked: Looked): void {
    this.#looked.delete(name);
    this.#looked.set(name, looked);
    if (this.#looked.size <= MOST_SUBJECTS) return;
    const [oldest] = this.#looked.keys();
    if (oldest !== undefined) this.#looked.delete(oldest);
  }

  /** Rewrites the lock with its remaining time, so that no process keeps anybody out for longer than intended. */
  async #putRight(lock: FloodLock, now: Date): Promise<FloodLock> {
    const held = heldOf(this.#looked.get(subjectOf(lock)), lock);
    const leftMs = held === undefined ? durationOf(lock) : Math.max(0, held.endsAtMs - this.#elapsed.nowMs());
    const lockedUntil = new Date(now.getTime() + leftMs);
    const lockedAt = new Date(lockedUntil.getTime() - durationOf(lock));
    await this.#rows.reschedule(lock.id, lockedAt, lockedUntil);
    return { ...lock, lockedAt, lockedUntil };
  }

  /** When a lock is lifted early, its count is reset; otherwise the next call would bring it back. */
  async #forgetCounts(before: Looked | undefined, standingIds: ReadonlySet<string>): Promise<void> {
    const elapsedMs = this.#elapsed.nowMs();
    for (const { lock, endsAtMs, bucket } of before?.held.values() ?? []) {
      if (bucket !== undefined && endsAtMs > elapsedMs && !standingIds.has(lock.id)) await this.#limiter.reset(bucket);
    }
  }

  /** Ends by elapsed time: setting the clock back must not make a lock longer. */
  #hold(lock: FloodLock, now: Date, bucket?: string): HeldLock {
    const leftMs = Math.min(durationOf(lock), lock.lockedUntil.getTime() - now.getTime());
    const endsAtMs = this.#elapsed.nowMs() + leftMs;
    this.#lastEndsAtMs = Math.max(this.#lastEndsAtMs, endsAtMs);
    return { lock, endsAtMs, bucket };
  }
}

const isAhead = ({ lockedAt }: FloodLock, now: Date): boolean => lockedAt.getTime() > now.getTime() + CLOCK_STEP_MS;

function heldOf(looked: Looked | undefined, lock: FloodLock): HeldLock | undefined {
  const held = looked?.held.get(slotOf(lock));
  return held?.lock.id === lock.id ? held : undefined;
}
