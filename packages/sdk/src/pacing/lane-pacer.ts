import type { Wait } from "../client-options.ts";
import type { LockNotice } from "../calls/refusals.ts";
import { type Deferred, deferred } from "../deferred.ts";
import { type Clock, type Moment, momentOf, steadyMs } from "./clock.ts";
import { addLock, decide, forgetLocks, mark, type PaceDecision } from "./pace-state.ts";
import type { PaceStore } from "./pace-store.ts";
import type { CallInterval, HeldLock, PacedCall, Pacer } from "./pacer.ts";

/** What a queued call is told. */
type Verdict = { kind: "go" } | { kind: "lock"; lock: HeldLock } | { kind: "interval"; ms: number };

/** A lock that calls wait for. */
interface RunningLock {
  kind: HeldLock["kind"];
  /** By the steady clock. */
  endsAtMs: number;
}

interface QueuedCall extends PacedCall {
  settle(verdict: Verdict): void;
  fail(error: unknown): void;
}

/**
 * One queue for each key and host, shared by all clients of this process. Its head asks the store, which other
 * processes use too, and waits as it is told; the calls behind it wait for the head.
 */
export class LanePacer implements Pacer {
  readonly #store: PaceStore;
  readonly #lane: string;
  readonly #clock: Clock;
  readonly #queue: QueuedCall[] = [];
  #isDraining = false;
  #sleep: AbortController | undefined;
  /** A lock known to be in force; calls that come in meanwhile are told at once. */
  #lock: RunningLock | undefined;
  #hasStrikes = false;
  /** The first call after a lock: its answer shows whether the lock is over, and until then no other call is sent. */
  #probe: Deferred<void> | undefined;

  constructor(input: { store: PaceStore; lane: string; clock: Clock }) {
    this.#store = input.store;
    this.#lane = input.lane;
    this.#clock = input.clock;
  }

  async admit(call: PacedCall): Promise<HeldLock | undefined> {
    for (;;) {
      call.signal?.throwIfAborted();
      const verdict = await this.#enqueue(call);
      if (verdict.kind === "go") return undefined;
      if (verdict.kind === "lock") return verdict.lock;
      if (verdict.ms > call.maxWaitMs) {
        return { kind: "account", ms: verdict.ms, isInterval: true };
      }
      this.#tell(call, "interval", verdict.ms);
      await this.#clock.sleep(verdict.ms, call.signal);
    }
  }

  async noteLock(notice: LockNotice, sentAt: Moment): Promise<HeldLock> {
    const now = momentOf(this.#clock);
    const lock = await this.#store.update((state) => addLock(state, { lane: this.#lane, now, sentAt, notice }));
    this.#hasStrikes = true;
    this.#endProbe();
    return lock;
  }

  async noteAnswer(sentAt: Moment, intervals: readonly CallInterval[]): Promise<void> {
    const now = momentOf(this.#clock);
    if (this.#hasStrikes || intervals.length > 0) {
      await this.#store.update((state) => {
        mark(state, this.#lane, intervals, now);
        if (this.#hasStrikes) forgetLocks(state, this.#lane, sentAt);
      });
    }
    this.#endProbe();
  }

  noteSilence(): void {
    this.#endProbe();
  }

  #endProbe(): void {
    this.#probe?.resolve();
    this.#probe = undefined;
  }

  #enqueue(call: PacedCall): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = this.#queue.indexOf(queued);
        if (at !== -1) this.#queue.splice(at, 1);
        call.signal?.removeEventListener("abort", stop);
        // A timer of minutes must not keep a program alive when nobody is waiting any more.
        if (this.#queue.length === 0) this.#sleep?.abort();
      };
      const queued: QueuedCall = {
        ...call,
        settle: (verdict) => {
          leave();
          resolve(verdict);
        },
        fail: (error) => {
          leave();
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- an abort rejects with whatever its reason is
          reject(error);
        },
      };
      const stop = () => queued.fail(call.signal?.reason);
      call.signal?.addEventListener("abort", stop, { once: true });
      this.#queue.push(queued);
      if (this.#lock !== undefined) this.#announceLock(queued, this.#lock);
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
        await this.#serve(head);
      }
    } finally {
      this.#isDraining = false;
    }
  }

  async #serve(head: QueuedCall): Promise<void> {
    let decision: PaceDecision;
    try {
      const { rate, intervals } = head;
      decision = await this.#store.update((state) =>
        // A call that left the queue meanwhile takes no turn.
        this.#queue[0] === head
          ? decide(state, { lane: this.#lane, now: momentOf(this.#clock), rate, intervals })
          : { kind: "pace", ms: 0 },
      );
    } catch (error) {
      head.fail(error);
      return;
    }
    if (decision.kind === "go") {
      this.#hasStrikes = decision.hasStrikes;
      const probe = decision.hasStrikes ? deferred() : undefined;
      this.#probe = probe;
      head.settle({ kind: "go" });
      await probe?.promise;
    } else if (decision.kind === "interval") {
      head.settle({ kind: "interval", ms: decision.ms });
    } else if (decision.kind === "lock") {
      await this.#sitOut(decision.lock, decision.lookInMs);
    } else if (decision.ms > 0) {
      this.#tell(head, "pace", decision.ms);
      await this.#pause(decision.ms);
    }
  }

  /** All calls wait once for the same lock, until it may be checked. */
  async #sitOut({ kind, ms }: HeldLock, lookInMs: number): Promise<void> {
    const lock = { kind, endsAtMs: steadyMs(this.#clock) + ms };
    this.#lock = lock;
    const told = new Set<PacedCall["onWait"]>();
    for (const call of this.#queue.slice()) this.#announceLock(call, lock, told);
    try {
      if (this.#queue.length > 0) await this.#pause(lookInMs);
    } finally {
      this.#lock = undefined;
    }
  }

  #announceLock(call: QueuedCall, lock: RunningLock, told?: Set<PacedCall["onWait"]>): void {
    const ms = Math.max(0, lock.endsAtMs - steadyMs(this.#clock));
    if (ms > call.maxWaitMs) {
      call.settle({ kind: "lock", lock: { kind: lock.kind, ms } });
      return;
    }
    // A client with a hundred calls in the queue is told once.
    if (told?.has(call.onWait) !== true) this.#tell(call, "flood-lock", ms);
    told?.add(call.onWait);
  }

  #tell(call: PacedCall | QueuedCall, reason: Wait["reason"], ms: number): void {
    try {
      call.onWait?.({ reason, ms, untilMs: this.#clock.now() + ms, endpoint: call.endpoint });
    } catch (error) {
      if (!("fail" in call)) throw error;
      call.fail(error);
    }
  }

  async #pause(ms: number): Promise<void> {
    const sleep = new AbortController();
    this.#sleep = sleep;
    try {
      await this.#clock.sleep(ms, sleep.signal);
    } catch (error) {
      if (!sleep.signal.aborted) throw error;
    } finally {
      this.#sleep = undefined;
    }
  }
}
