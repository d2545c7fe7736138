import type { ApiKey } from "./calls/key-source.ts";
import type { Person } from "./calls/person-proof.ts";
import type { Arrival } from "./errors.ts";
import type { HasherFactory } from "./hashing/hasher.ts";
import type { Clock } from "./pacing/clock.ts";

/** Receives what happens, one line each with details beside it. Keys, passwords and codes are removed before. */
export interface Logger {
  debug(line: string, details?: object): void;
  warn(line: string, details?: object): void;
}

/** A call stands still. */
export interface Wait {
  /**
   * `pace`: the rate of calls; `flood-lock`: the server locked the caller; `retry-after`: before the next attempt;
   * `interval`: this call is allowed only once in a while; `arriving`: the file is still being uploaded.
   */
  reason: "pace" | "flood-lock" | "retry-after" | "interval" | "arriving";
  /** How long, in milliseconds. */
  ms: number;
  /** The same as a time, in milliseconds since 1970. */
  untilMs: number;
  /** The call, e.g. `file.ls`. */
  endpoint: string;
  /** Of a file that is still being uploaded. */
  arrival?: Arrival;
}

/** One attempt of a call. */
export interface CallAttempt {
  endpoint: string;
  /** 1 for the first. */
  attempt: number;
}

/** What is told about a call while it runs. An error thrown by a hook ends the call with it. */
export interface ClientHooks {
  beforeCall?(call: CallAttempt): void;
  /** After every attempt that was made. `status` is absent when there was no answer. */
  afterCall?(call: CallAttempt & { ms: number; status?: number; requestId?: string | undefined; error?: Error }): void;
  onWait?(wait: Wait): void;
  /**
   * Before the wait for another attempt, of uploads (`upload.cgi`) and downloads (`download`) as well. `attempt` is the
   * one that failed; a download counts anew whenever bytes came.
   */
  onRetry?(retry: CallAttempt & { mostAttempts: number; delayMs: number; error: Error }): void;
}

/** How calls are spread in time so that the server never has to refuse one. */
export interface PacingOptions {
  /**
   * Calls per second, of all clients of this user for the host together. By default what the server announces at
   * `/x/v1/about`, a little less; 2 where it announces nothing, and for 1fichier.com.
   */
  callsPerSecond?: number;
  /** Calls that may be made at once after a pause; 1 by default. */
  burst?: number;
  /**
   * Longest wait for a flood lock, an interval or a `Retry-After`, in milliseconds; 600,000 by default. A lock that
   * lasts longer throws `FloodLockError` at once. `Infinity` waits for any lock.
   */
  maxWaitMs?: number;
  /**
   * For calls that may be repeated only after a while (account, listing of a folder): `cache`, the default, answers
   * from memory where nothing was changed by this client since, and waits otherwise; `wait` always waits.
   */
  intervals?: "cache" | "wait";
  /** Node only: share the pace with the other processes of this user. True by default. */
  isShared?: boolean;
  /** Node only: folder of the shared state; by default `consigne` in the cache folder of the user. */
  stateFolder?: string;
  /** Time, replaced in tests. */
  clock?: Clock;
}

/** How a client reaches its server. */
export interface ClientOptions {
  /**
   * Bearer key, case-sensitive. Without it only what needs no key works, such as reading a public page. A function is
   * asked before each attempt of a call; what it throws ends the call.
   */
  apiKey?: ApiKey | undefined;
  /**
   * Instead of a key, for JSON calls that no key may make, such as `account.export` and `account.delete`: the account's own
   * address and password, sent with each of them.
   */
  person?: Person | undefined;
  /** Base of the calls; `https://api.1fichier.com/v1` by default. An address without a path gets `/v1`. */
  url?: string;
  /** Makes the JSON calls; the global `fetch` by default, in Node through the proxy of `HTTPS_PROXY` or `HTTP_PROXY`. */
  fetch?: typeof fetch;
  /** For one attempt of a JSON call, in milliseconds; 60,000 by default. */
  timeoutMs?: number;
  /**
   * Attempts after the first, where a call may be repeated; 4 by default. They are counted anew whenever more has come of a
   * file that is still being uploaded.
   */
  retries?: number;
  /**
   * Longest answer of a JSON call or a public page, in bytes; 134,217,728 by default, which holds some 300,000 files. A
   * longer one is a `ServerError`: it would need three times its length in memory.
   */
  maxAnswerBytes?: number;
  /**
   * IANA name of the zone whose times the server tells; by default the one it announces. Whoever needs no times of a
   * server that may announce anything says `UTC`, which takes no working out.
   */
  timeZone?: string;
  logger?: Logger;
  hooks?: ClientHooks;
  /** `off`: calls go out at once; a flood lock is thrown. */
  pacing?: PacingOptions | "off";
  /**
   * Computes the Whirlpool of what is sent and received; by default in the thread of the caller.
   */
  hasher?: HasherFactory;
}
