import { FloodLockedError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { ElapsedTime } from "../ports/memory-elapsed-time.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { type FloodLock, isBan } from "./flood-lock.ts";

/** Locks made or lifted by another process (the operator's command) are seen this much later at most. */
const REFRESH_MS = 1000;
/** Subjects that are remembered, locked or not; the one looked up longest ago makes room. */
const MOST_SUBJECTS = 10_000;
/** Locks of a wrong clock that are put right by one look. */
const MOST_PUT_RIGHT = 100;

/** Where a lock is looked up: a ban may be on an address that is locked for its calls too. */
export type LockSlot = "ban" | FloodLock["kind"];
const slotOf = (lock: FloodLock): LockSlot => (isBan(lock) ? "ban" : lock.kind);
const subjectOf = ({ kind, subject }: Pick<FloodLock, "kind" | "subject">): string => `${kind}|${subject}`;
export const durationOf = (lock: FloodLock): number => lock.lockedUntil.getTime() - lock.lockedAt.getTime();

/** A lock as this process counts it down. */
export interface HeldLock {
  lock: FloodLock;
  endsAtMs: number;
  /** What was counted to it, where that was in this process. */
  bucket: string | undefined;
}

/** What is known of one address, account or key. */
interface Looked {
  held: ReadonlyMap<LockSlot, HeldLock>;
  /** By the clock; undefined: look again. */
  atMs: number | undefined;
}

type LockRows = Pick<Database["floodLocks"], "findLast" | "listRecent" | "reschedule">;

/**
 * The locks in force, as this process counts them down by the time that passes, whatever its clock shows. Each is read when
 * its own subject calls: however many others are locked, a call costs the same.
 */
export class HeldLocks {
  readonly #rows: LockRows;
  readonly #limiter: Pick<RateLimiter, "reset">;
  readonly #clock: Clock;
  readonly #elapsed: ElapsedTime;
  /** The one looked up longest ago first. */
  readonly #looked = new Map<string, Looked>();
  readonly #looking = new Map<string, Promise<Looked>>();
  #isAnyNoted = true;
  #refreshedAtMs = -Infinity;
  #refreshing: Promise<void> | undefined;
  /** When the last of those ends that this process counts down. */
  #lastEndsAtMs = 0;

  constructor(input: { database: { floodLocks: LockRows }; limiter: Pick<RateLimiter, "reset">; clock: Clock }) {
    this.#rows = input.database.floodLocks;
    this.#limiter = input.limiter;
    this.#clock = input.clock;
    this.#elapsed = new ElapsedTime(input.clock);
  }

  /** True while it is known that there are none. */
  get isKnownEmpty(): boolean {
    return !this.#isAnyNoted && this.#isFresh(this.#refreshedAtMs) && this.#lastEndsAtMs <= this.#elapsed.nowMs();
  }

  /** Subjects that are remembered now. */
  get subjectCount(): number {
    return this.#looked.size;
  }

  /** The next look is into the database, however short ago the last one was. */
  lookAgain(): void {
    this.#refreshedAtMs = -Infinity;
    // Another entry each, so that a look under way finds it changed and looks again.
    for (const [name, { held }] of this.#looked) this.#looked.set(name, { held, atMs: undefined });
  }

  /** One that is still in force. */
  async find(slot: LockSlot, subject: string): Promise<HeldLock | undefined> {
    const { held } = await this.#lookUp(slot === "ban" ? "ip" : slot, subject);
    const found = held.get(slot);
    return found !== undefined && found.endsAtMs > this.#elapsed.nowMs() ? found : undefined;
  }

  /** `bucket`: what was counted to it. */
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

  /** Looks whether any lock is noted in the database, unless that was done a moment ago. */
  async isAny(): Promise<boolean> {
    if (!this.#isFresh(this.#refreshedAtMs)) {
      // Callers at the same time wait for one look: the first after a start must not slip past the locks of before it.
      this.#refreshing ??= this.#lookForAny().finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    return this.#isAnyNoted || this.#lastEndsAtMs > this.#elapsed.nowMs();
  }

  /** A clock that was ahead and is right again leaves locks that end last of all: they are put right here. */
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
      // All that are kept: a clock set forth takes for over what is not, and nobody lifted that.
      const noted = await this.#rows.listRecent(kind, subject, new Date(0));
      const held = new Map<LockSlot, HeldLock>();
      for (const lock of noted.filter(({ releasedAt }) => releasedAt === undefined).toReversed()) {
        const known = heldOf(before, lock);
        if (lock.lockedUntil <= now && (known === undefined || known.endsAtMs <= this.#elapsed.nowMs())) continue;
        const inTime = isAhead(lock, now) ? await this.#putRight(lock, now) : lock;
        held.set(slotOf(lock), known ?? this.#hold(inTime, now));
      }
      // One that was made meanwhile is not among those read.
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

  /**
   * Noted anew with what is left of it, so that neither this process nor the next keeps anybody out for longer than the lock
   * was meant to last.
   */
  async #putRight(lock: FloodLock, now: Date): Promise<FloodLock> {
    const held = heldOf(this.#looked.get(subjectOf(lock)), lock);
    const leftMs = held === undefined ? durationOf(lock) : Math.max(0, held.endsAtMs - this.#elapsed.nowMs());
    const lockedUntil = new Date(now.getTime() + leftMs);
    const lockedAt = new Date(lockedUntil.getTime() - durationOf(lock));
    await this.#rows.reschedule(lock.id, lockedAt, lockedUntil);
    return { ...lock, lockedAt, lockedUntil };
  }

  /** A lock that is lifted before its end takes its count along: the next call would bring it back otherwise. */
  async #forgetCounts(before: Looked | undefined, standingIds: ReadonlySet<string>): Promise<void> {
    const elapsedMs = this.#elapsed.nowMs();
    for (const { lock, endsAtMs, bucket } of before?.held.values() ?? []) {
      if (bucket !== undefined && endsAtMs > elapsedMs && !standingIds.has(lock.id)) await this.#limiter.reset(bucket);
    }
  }

  /** Ends by the time that passes here: a clock that is set back must not make a lock longer than it was meant to be. */
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
