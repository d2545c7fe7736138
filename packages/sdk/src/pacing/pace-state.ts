import type { LockNotice } from "../calls/refusals.ts";
import type { CallInterval, HeldLock, PaceRate } from "./pacer.ts";

/** What everybody who calls one host knows together. Times in milliseconds since 1970. */
export interface PaceState {
  bucket?: { tokens: number; atMs: number };
  /** Under the name of the lane that is locked, or `host` for the address. */
  locks: Record<string, StoredLock>;
  /** When something with an interval was called last. */
  marks: Record<string, { atMs: number; ms: number }>;
}

interface StoredLock extends HeldLock {
  fromMs: number;
  /** How many in a row. */
  strikes: number;
}

/** Who asks: the name of the lane, one for each key. */
export interface PaceQuestion {
  lane: string;
  nowMs: number;
  rate: PaceRate | undefined;
  intervals: readonly CallInterval[];
}

export type PaceDecision =
  | { kind: "go"; hasStrikes: boolean }
  | { kind: "lock"; lock: HeldLock; ms: number }
  | { kind: "interval"; ms: number }
  | { kind: "pace"; ms: number };

const FIRST_LOCK_MS = 30_000;
const LONGEST_GUESS_MS = 3_600_000;
/** How long an address is banned by the original, as JDownloader has seen it. */
const BAN_MS = 3_600_000;
/** What a server may say at most. */
const LONGEST_LOCK_MS = 48 * 3_600_000;
/** Servers round, and clocks do not run alike. */
const LOCK_MARGIN_MS = 250;
const INTERVAL_MARGIN_MS = 500;
const MOST_MARKS = 20_000;

export const emptyPaceState = (): PaceState => ({ locks: {}, marks: {} });

/** May a call be made now? If so it is counted. */
export function decide(state: PaceState, question: PaceQuestion): PaceDecision {
  const { lane, nowMs, rate, intervals } = question;
  const locked = lockInForce(state, lane, nowMs);
  if (locked !== undefined) return { kind: "lock", lock: locked.lock, ms: locked.ms };
  const blockedMs = Math.max(
    0,
    ...intervals.map((interval) => remainingMs(state, markName(interval, lane), interval, nowMs)),
  );
  if (blockedMs > 0) return { kind: "interval", ms: blockedMs };
  const paceMs = rate === undefined ? 0 : takeToken(state, rate, nowMs);
  if (paceMs > 0) return { kind: "pace", ms: paceMs };
  mark(state, lane, intervals, nowMs);
  return { kind: "go", hasStrikes: state.locks[lane] !== undefined || state.locks["host"] !== undefined };
}

/**
 * Notes a lock. Calls that were under way when it began report it again; only one that was sent after its end counts as
 * another, and each waits twice as long as the one before: 30 s, 60 s, 120 s, up to an hour.
 */
export function addLock(
  state: PaceState,
  input: { lane: string; nowMs: number; sentAtMs: number; notice: LockNotice },
): HeldLock {
  const { lane, nowMs, sentAtMs, notice } = input;
  const name = notice.kind === "ip" ? "host" : lane;
  const before = state.locks[name];
  const isSame = before !== undefined && sentAtMs < before.untilMs && before.untilMs > nowMs;
  const strikes = isSame ? before.strikes : (before?.strikes ?? 0) + 1;
  const guessMs = notice.isBan ? BAN_MS : Math.min(LONGEST_GUESS_MS, FIRST_LOCK_MS * 2 ** (strikes - 1));
  const toldMs = notice.retryAfterMs === undefined ? undefined : notice.retryAfterMs + LOCK_MARGIN_MS;
  const ms = Math.min(LONGEST_LOCK_MS, toldMs ?? (isSame ? 0 : guessMs));
  const untilMs = Math.max(nowMs + ms, isSame ? before.untilMs : 0);
  state.locks[name] = { kind: notice.kind, fromMs: nowMs, untilMs, strikes };
  return { kind: notice.kind, untilMs };
}

/** A call sent after the end of a lock was answered: the next lock is a first one again. */
export function forgetLocks(state: PaceState, lane: string, sentAtMs: number): void {
  for (const name of ["host", lane]) {
    const lock = state.locks[name];
    if (lock !== undefined && lock.untilMs <= sentAtMs) delete state.locks[name];
  }
}

/** Counts the intervals from now on: the server counts from when a call arrives, which is before it answers. */
export function mark(state: PaceState, lane: string, intervals: readonly CallInterval[], nowMs: number): void {
  if (intervals.length === 0) return;
  for (const interval of intervals) state.marks[markName(interval, lane)] = { atMs: nowMs, ms: interval.ms };
  for (const [name, { atMs, ms }] of Object.entries(state.marks)) {
    if (nowMs - atMs > ms + INTERVAL_MARGIN_MS) delete state.marks[name];
  }
  const names = Object.keys(state.marks);
  for (const name of names.slice(0, Math.max(0, names.length - MOST_MARKS))) delete state.marks[name];
}

const markName = ({ per, name }: CallInterval, lane: string): string => (per === "host" ? name : `${lane} ${name}`);

function lockInForce(state: PaceState, lane: string, nowMs: number): { lock: HeldLock; ms: number } | undefined {
  const found = ["host", lane]
    .map((name) => state.locks[name])
    .filter((lock) => lock !== undefined)
    .map(({ kind, fromMs, untilMs }) => {
      // A clock that was set back does not make a lock longer.
      const ms = Math.min(untilMs - nowMs, untilMs - fromMs);
      return { lock: { kind, untilMs: nowMs + ms }, ms };
    })
    .filter(({ ms }) => ms > 0);
  return found.toSorted((a, b) => b.ms - a.ms)[0];
}

function remainingMs(state: PaceState, name: string, interval: CallInterval, nowMs: number): number {
  const marked = state.marks[name];
  if (marked === undefined) return 0;
  const elapsedMs = nowMs - marked.atMs;
  if (elapsedMs < 0) marked.atMs = nowMs;
  return interval.ms + INTERVAL_MARGIN_MS - Math.max(0, elapsedMs);
}

/** 0 when a token was taken, else how long until there is one. */
function takeToken(state: PaceState, { callsPerSecond, burst }: PaceRate, nowMs: number): number {
  const { tokens, atMs } = state.bucket ?? { tokens: burst, atMs: nowMs };
  const filled = Math.min(burst, tokens + (Math.max(0, nowMs - atMs) * callsPerSecond) / 1000);
  const isEnough = filled >= 1 - 1e-6;
  state.bucket = { tokens: isEnough ? filled - 1 : filled, atMs: nowMs };
  return isEnough ? 0 : Math.ceil(((1 - filled) * 1000) / callsPerSecond);
}
