import type { LockNotice } from "../calls/refusals.ts";
import { type Moment, msBetween, msSince } from "./clock.ts";
import type { CallInterval, HeldLock, PaceRate } from "./pacer.ts";

/** What all callers of one host know together. */
export interface PaceState {
  /** As it was at its moment. */
  bucket?: Moment & { tokens: number };
  /** By the name of the lane that is locked, or `host` for the address. */
  locks: Record<string, StoredLock>;
  /** When something with an interval was last called, and how long that holds. */
  marks: Record<string, Moment & { ms: number }>;
}

/** A lock from its moment on, for `ms` milliseconds. */
interface StoredLock extends Moment, HeldLock {
  /** How many locks in a row. */
  strikes: number;
  /** When a call was last sent to check whether it still applies. */
  lookedAt?: Moment;
}

/** Who asks: the name of the lane, one for each key. */
export interface PaceQuestion {
  lane: string;
  now: Moment;
  rate: PaceRate | undefined;
  intervals: readonly CallInterval[];
}

export type PaceDecision =
  | { kind: "go"; hasStrikes: boolean }
  | { kind: "lock"; lock: HeldLock; lookInMs: number }
  | { kind: "interval"; ms: number }
  | { kind: "pace"; ms: number };

const FIRST_LOCK_MS = 30_000;
const LONGEST_GUESS_MS = 3_600_000;
/** How long 1fichier.com bans an address, as observed by JDownloader. */
const BAN_MS = 3_600_000;
/** The longest lock that is believed. */
const LONGEST_LOCK_MS = 48 * 3_600_000;
/**
 * An operator may lift a lock early: a long one is checked this often. One call in that time does not extend a lock.
 */
const LOOK_AGAIN_MS = 3_600_000;
/** Servers round, and clocks do not run in step. */
const LOCK_MARGIN_MS = 250;
const INTERVAL_MARGIN_MS = 500;
/** Clocks tick in hundredths of a second: so little is not worth another wait. */
const GRAIN_MS = 20;
const MOST_MARKS = 20_000;
/** The lanes of a host, one for each key; all of them are read and written with each call. */
const MOST_LOCKS = 1000;

export const emptyPaceState = (): PaceState => ({ locks: {}, marks: {} });

/** Whether a call may be made now. If so, it is counted. */
export function decide(state: PaceState, question: PaceQuestion): PaceDecision {
  const { lane, now, rate, intervals } = question;
  const lock = lockInForce(state, lane, now);
  if (lock !== undefined && lock.lookInMs > GRAIN_MS) {
    const { kind, ms, lookInMs } = lock;
    return { kind: "lock", lock: { kind, ms }, lookInMs };
  }
  const blockedMs = Math.max(
    0,
    ...intervals.map((interval) => remainingMs(state, markName(interval, lane), interval, now)),
  );
  if (blockedMs > GRAIN_MS) return { kind: "interval", ms: blockedMs };
  const paceMs = rate === undefined ? 0 : takeToken(state, rate, now);
  if (paceMs > 0) return { kind: "pace", ms: paceMs };
  mark(state, lane, intervals, now);
  if (lock !== undefined) noteLook(state, lane, now);
  return { kind: "go", hasStrikes: state.locks[lane] !== undefined || state.locks["host"] !== undefined };
}

/**
 * Records a lock. Calls that were in progress when it began report it again; only one that was sent after its end
 * counts as another lock, and each waits twice as long as the one before: 30 s, 60 s, 120 s, up to an hour.
 */
export function addLock(
  state: PaceState,
  input: { lane: string; now: Moment; sentAt: Moment; notice: LockNotice },
): HeldLock {
  const { lane, now, sentAt, notice } = input;
  const name = notice.kind === "ip" ? "host" : lane;
  const before = state.locks[name];
  const leftMs = before === undefined ? 0 : before.ms - msSince(before, now);
  const isSame = before !== undefined && leftMs > 0 && msBetween(before, sentAt) < before.ms;
  const strikes = isSame ? before.strikes : (before?.strikes ?? 0) + 1;
  const guessMs = notice.isBan ? BAN_MS : Math.min(LONGEST_GUESS_MS, FIRST_LOCK_MS * 2 ** (strikes - 1));
  const toldMs = notice.retryAfterMs === undefined ? undefined : notice.retryAfterMs + LOCK_MARGIN_MS;
  const ms = Math.max(Math.min(LONGEST_LOCK_MS, toldMs ?? (isSame ? 0 : guessMs)), isSame ? leftMs : 0);
  state.locks[name] = { kind: notice.kind, ...now, ms, strikes };
  const lanes = Object.keys(state.locks).filter((other) => other !== "host" && other !== name);
  for (const oldest of lanes.slice(0, Math.max(0, lanes.length - MOST_LOCKS))) delete state.locks[oldest];
  return { kind: notice.kind, ms };
}

/** A call sent after the end of a lock, or to check it, was answered: the next lock is a first one again. */
export function forgetLocks(state: PaceState, lane: string, sentAt: Moment): void {
  for (const name of ["host", lane]) {
    const lock = state.locks[name];
    if (lock === undefined) continue;
    const isLifted = lock.lookedAt !== undefined && msBetween(lock.lookedAt, sentAt) >= 0;
    if (isLifted || msBetween(lock, sentAt) >= lock.ms) delete state.locks[name];
  }
}

/** Counts the intervals from now on: the server counts from when a call arrives, which is before it answers. */
export function mark(state: PaceState, lane: string, intervals: readonly CallInterval[], now: Moment): void {
  if (intervals.length === 0) return;
  for (const interval of intervals) state.marks[markName(interval, lane)] = { ...now, ms: interval.ms };
  for (const [name, marked] of Object.entries(state.marks)) {
    if (msSince(marked, now) > marked.ms + INTERVAL_MARGIN_MS) delete state.marks[name];
  }
  const names = Object.keys(state.marks);
  for (const name of names.slice(0, Math.max(0, names.length - MOST_MARKS))) delete state.marks[name];
}

const markName = ({ per, name }: CallInterval, lane: string): string => (per === "host" ? name : `${lane} ${name}`);

/** The lock that lasts longest, and when it may be checked. */
function lockInForce(state: PaceState, lane: string, now: Moment): (HeldLock & { lookInMs: number }) | undefined {
  const found = locksOf(state, lane)
    .map((lock) => ({ kind: lock.kind, ...leftOf(lock, now) }))
    .filter(({ ms }) => ms > GRAIN_MS);
  const [longest] = found.toSorted((a, b) => b.ms - a.ms);
  if (longest === undefined) return undefined;
  return { ...longest, lookInMs: Math.max(...found.map(({ lookInMs }) => lookInMs)) };
}

function leftOf(lock: StoredLock, now: Moment): { ms: number; lookInMs: number } {
  const ms = lock.ms - msSince(lock, now);
  return { ms, lookInMs: Math.min(ms, LOOK_AGAIN_MS - msSince(lock.lookedAt ?? lock, now)) };
}

/** One call is sent for all of them; the others wait for the next check. */
function noteLook(state: PaceState, lane: string, now: Moment): void {
  for (const lock of locksOf(state, lane)) if (leftOf(lock, now).ms > GRAIN_MS) lock.lookedAt = { ...now };
}

const locksOf = (state: PaceState, lane: string): StoredLock[] =>
  ["host", lane].flatMap((name) => state.locks[name] ?? []);

function remainingMs(state: PaceState, name: string, interval: CallInterval, now: Moment): number {
  const marked = state.marks[name];
  return marked === undefined ? 0 : interval.ms + INTERVAL_MARGIN_MS - msSince(marked, now);
}

/** 0 when a token was taken, else how long until there is one. */
function takeToken(state: PaceState, { callsPerSecond, burst }: PaceRate, now: Moment): number {
  const bucket = state.bucket ?? { tokens: burst, ...now };
  const filled = Math.min(burst, bucket.tokens + (msSince(bucket, now) * callsPerSecond) / 1000);
  const isEnough = filled >= 1 - 1e-6;
  state.bucket = { tokens: isEnough ? filled - 1 : filled, ...now };
  return isEnough ? 0 : Math.ceil(((1 - filled) * 1000) / callsPerSecond);
}
