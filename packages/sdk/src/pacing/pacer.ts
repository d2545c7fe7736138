import type { Wait } from "../client-options.ts";
import type { LockNotice } from "../calls/refusals.ts";
import type { Moment } from "./clock.ts";

/** A call that is to be sent. */
export interface PacedCall {
  /** E.g. `file.ls`. */
  endpoint: string;
  rate: PaceRate | undefined;
  intervals: readonly CallInterval[];
  /** Locks and intervals that last longer are not waited for. */
  maxWaitMs: number;
  signal: AbortSignal | undefined;
  onWait: ((wait: Wait) => void) | undefined;
}

/** The rate of calls, as a bucket of tokens that fills steadily. */
export interface PaceRate {
  callsPerSecond: number;
  /** Calls that may be made at once when the bucket is full. */
  burst: number;
}

/** What may be called only once per interval, e.g. the listing of one folder. */
export interface CallInterval {
  name: string;
  ms: number;
  /** Counted for each key, or for all calls of this user to the host. */
  per: "key" | "host";
}

/** A lock that all calls wait for. */
export interface HeldLock {
  kind: LockNotice["kind"];
  /** The time left, in milliseconds. */
  ms: number;
  /** Not a lock but an interval that has not passed yet. */
  isInterval?: boolean;
}

/** Spaces calls so that the server never has to refuse one. */
export interface Pacer {
  /**
   * Resolves when the call may be made; with the lock instead if that lasts longer than `maxWaitMs`. A caller that was
   * admitted reports the outcome by exactly one of the `note` methods.
   */
  admit(call: PacedCall): Promise<HeldLock | undefined>;
  /** The server refused a call that was sent at `sentAt`: everybody waits. */
  noteLock(notice: LockNotice, sentAt: Moment): Promise<HeldLock>;
  /** The server answered a call that was sent at `sentAt`. */
  noteAnswer(sentAt: Moment, intervals: readonly CallInterval[]): Promise<void>;
  /** There was no answer. */
  noteSilence(): void;
}
