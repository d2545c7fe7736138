import type { ApiKey } from "./calls/key-source.ts";
import type { Person } from "./calls/person-proof.ts";
import type { Arrival } from "./errors.ts";
import type { HasherFactory } from "./hashing/hasher.ts";
import type { Clock } from "./pacing/clock.ts";

/** Receives log lines with details. Keys, passwords and codes are removed before. */
export interface Logger {
  debug(line: string, details?: object): void;
  warn(line: string, details?: object): void;
}

/** A call is waiting. */
export interface Wait {
  /**
   * `pace`: the rate of calls; `flood-lock`: the server locked the caller; `retry-after`: before the next attempt;
   * `interval`: this call is allowed only once per interval; `arriving`: the file is still being uploaded.
   */
  reason: "pace" | "flood-lock" | "retry-after" | "interval" | "arriving";
  /** How long, in milliseconds. */
  ms: number;
  /** The same as a time, in milliseconds since 1970. */
  untilMs: number;
  /** The call, e.g. `file.ls`. */
  endpoint: string;
  /** Progress of the file, with `arriving`. */
  arrival?: Arrival;
}

/** One attempt of a call. */
export interface CallAttempt {
  endpoint: string;
  /** 1 for the first. */
  attempt: number;
}

/** Called while a call runs. An error thrown by a hook ends the call. */
export interface ClientHooks {
  beforeCall?(call: CallAttempt): void;
  /** After every attempt. `status` is absent if there was no answer. */
  afterCall?(call: CallAttempt & { ms: number; status?: number; requestId?: string | undefined; error?: Error }): void;
  onWait?(wait: Wait): void;
  /**
   * Before the wait for another attempt, also of uploads (`upload.cgi`) and downloads (`download`). `attempt` is the
   * one that failed; a download starts counting again whenever bytes arrive.
   */
  onRetry?(retry: CallAttempt & { maxAttempts: number; delayMs: number; error: Error }): void;
}

/** How calls are spaced so that the server never has to refuse one. */
export interface PacingOptions {
  /**
   * Calls per second, for all clients of this user on the host together. Default: slightly less than the server
   * announces at `/x/v1/about`; 2 if it announces nothing, and for 1fichier.com.
   */
  callsPerSecond?: number;
  /** Calls that may be made at once after a pause; default 1. */
  burst?: number;
  /**
   * Longest wait for a flood lock, an interval or a `Retry-After`, in milliseconds; default 600,000. A longer lock
   * throws `FloodLockError` at once. `Infinity` waits for any lock.
   */
  maxWaitMs?: number;
  /**
   * For calls that are allowed only once per interval (account, listing of a folder): `cache`, the default, answers
   * from memory if this client has changed nothing since, and waits otherwise; `wait` always waits.
   */
  intervals?: "cache" | "wait";
  /** Node only: share the pace with the other processes of this user. Default true. */
  isShared?: boolean;
  /** Node only: folder of the shared state; default: `consigne` in the user's cache folder. */
  stateFolder?: string;
  /** The clock; replaced in tests. */
  clock?: Clock;
}

/** How a client reaches its server. */
export interface ClientOptions {
  /**
   * Bearer key, case-sensitive. Without it only calls that need no key work, such as reading a public page. A function
   * is called before each attempt of a call; if it throws, the call fails with that error.
   */
  apiKey?: ApiKey | undefined;
  /**
   * In place of a key, for JSON calls that no key may make, such as `account.export` and `account.delete`: the
   * account's own e-mail address and password, sent with each of them.
   */
  person?: Person | undefined;
  /** Base of the calls; default `https://api.1fichier.com/v1`. A URL without a path gets `/v1`. */
  url?: string;
  /** Makes the JSON calls; default: the global `fetch`, in Node through the proxy in `HTTPS_PROXY` or `HTTP_PROXY`. */
  fetch?: typeof fetch;
  /** Time limit of one attempt of a JSON call, in milliseconds; default 60,000. */
  timeoutMs?: number;
  /**
   * Attempts after the first, for calls that may be repeated; default 4. For a file that is still being uploaded, the
   * count starts again whenever more of it has arrived; a server that cannot be reached meanwhile is waited for up to
   * four minutes, unless this is 0.
   */
  retries?: number;
  /**
   * Longest answer of a JSON call or a public page, in bytes; default 134,217,728, enough for some 300,000 files. A
   * longer one is a `ServerError`: it would need three times its length in memory.
   */
  maxAnswerBytes?: number;
  /**
   * IANA name of the server's time zone; default: the one it announces. Programs that use no times can set `UTC`, which
   * needs no computation.
   */
  timeZone?: string;
  logger?: Logger;
  hooks?: ClientHooks;
  /** `off`: calls are sent at once, and a flood lock is thrown. */
  pacing?: PacingOptions | "off";
  /** Computes the Whirlpool of what is sent and received; default: in the calling thread. */
  hasher?: HasherFactory;
}
