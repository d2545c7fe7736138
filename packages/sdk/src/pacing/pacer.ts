import type { Wait } from "../client-options.ts";
import type { LockNotice } from "../calls/refusals.ts";
import type { Moment } from "./clock.ts";

/** A call that wants to go out. */
export interface PacedCall {
  /** E.g. `file.ls`. */
  endpoint: string;
  rate: PaceRate | undefined;
  intervals: readonly CallInterval[];
  /** A lock or an interval that lasts longer is not waited for. */
  maxWaitMs: number;
  signal: AbortSignal | undefined;
  onWait: ((wait: Wait) => void) | undefined;
}

/** Calls as a bucket of tokens that fills steadily. */
export interface PaceRate {
  callsPerSecond: number;
  /** Calls that may be made at once when the bucket is full. */
  burst: number;
}

/** What may be called once in a while only, e.g. the listing of one folder. */
export interface CallInterval {
  name: string;
  ms: number;
  /** Counted for each key, or for all calls of this user to the host. */
  per: "key" | "host";
}

/** A lock everybody waits for. */
export interface HeldLock {
  kind: LockNotice["kind"];
  /** What is left of it, in milliseconds. */
  ms: number;
  /** Not a lock but an interval that has not passed yet. */
  isInterval?: boolean;
}

/** Keeps calls apart so that the server never has to refuse one. */
export interface Pacer {
  /**
   * Resolves when the call may be made; with the lock instead when that lasts longer than `maxWaitMs`. Whoever was let
   * through tells how it ended by exactly one of the `note` methods.
   */
  admit(call: PacedCall): Promise<HeldLock | undefined>;
  /** The server refused a call that was sent at `sentAt`: everybody waits. */
  noteLock(notice: LockNotice, sentAt: Moment): Promise<HeldLock>;
  /** The server answered a call that was sent at `sentAt`. */
  noteAnswer(sentAt: Moment, intervals: readonly CallInterval[]): Promise<void>;
  /** There was no answer. */
  noteSilence(): void;
}
