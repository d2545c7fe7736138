import type { Wait } from "../client-options.ts";
import type { LockNotice } from "../calls/refusals.ts";

/** A call that wants to go out. */
export interface PacedCall {
  /** E.g. `file.ls`. */
  endpoint: string;
  /** Calls of this name may be made once in a while only. */
  intervals: readonly CallInterval[];
  signal: AbortSignal | undefined;
  onWait: ((wait: Wait) => void) | undefined;
}

/** What may be called once in a while only, e.g. the listing of one folder. */
export interface CallInterval {
  name: string;
  ms: number;
  /** Counted for each key, or for all calls of this user to the host. */
  per: "key" | "host";
}

/** A lock everybody waits for. */
export interface HeldLock extends LockNotice {
  untilMs: number;
}

/** Keeps calls apart so that the server never has to refuse one. */
export interface Pacer {
  /** Resolves when the call may be made; with the lock instead when that lasts longer than anybody waits. */
  admit(call: PacedCall): Promise<HeldLock | undefined>;
  /** The server refused a call that was sent at `sentAtMs`: everybody waits. */
  noteLock(notice: LockNotice, sentAtMs: number): Promise<HeldLock>;
  /** The server answered a call that was sent at `sentAtMs`. */
  noteAnswer(sentAtMs: number): Promise<void>;
}
