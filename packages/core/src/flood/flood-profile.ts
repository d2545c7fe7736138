import type { RateLimit } from "../ports/rate-limiter.ts";

/** What is being called, as far as limits tell calls apart. */
export interface FloodSubject {
  /** An endpoint such as `user.info`, or `credentials` for a failed proof of identity. */
  operation: string;
  /** Narrows the count within the operation, e.g. a folder. */
  detail?: string | undefined;
}

/** One limit: how much, counted for whom, and what follows when it is broken. */
export interface FloodRule {
  /** Counted for each address, account or key; the lock falls on the same. */
  per: "ip" | "account" | "key";
  /** Undefined: every operation but failed credentials together. */
  operation: string | undefined;
  /** Only where the call's detail is this; `each` counts every detail for itself. */
  detail?: "each" | { is: string };
  limit: RateLimit;
  lockMs: number;
  /** Number on the wire. */
  ruleNumber: number;
}

export type FloodProfileName = "friendly" | "authentic" | "off";

export interface FloodProfile {
  name: FloodProfileName;
  rules: readonly FloodRule[];
  /** A repeated lock lasts twice as long as the one before, up to this. */
  maxLockMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Failed proofs of identity are counted in both profiles: they are guesses at keys and passwords. */
const guessing = (burst: number): FloodRule => ({
  per: "ip",
  operation: "credentials",
  limit: { burst, windowMs: 10 * MINUTE_MS },
  lockMs: MINUTE_MS,
  ruleNumber: 374,
});

/**
 * `friendly` stops only what no client does on purpose; a default rclone sync stays far below.
 * `authentic` has the figures of the original's guide. `off` counts nothing.
 */
export const floodProfiles: Readonly<Record<FloodProfileName, FloodProfile>> = {
  friendly: {
    name: "friendly",
    maxLockMs: 10 * MINUTE_MS,
    rules: [
      {
        per: "ip",
        operation: undefined,
        limit: { burst: 6000, windowMs: MINUTE_MS },
        lockMs: 30 * SECOND_MS,
        ruleNumber: 374,
      },
      {
        per: "key",
        operation: undefined,
        limit: { burst: 3000, windowMs: MINUTE_MS },
        lockMs: 30 * SECOND_MS,
        ruleNumber: 218,
      },
      guessing(100),
    ],
  },
  authentic: {
    name: "authentic",
    maxLockMs: 24 * HOUR_MS,
    rules: [
      {
        per: "ip",
        operation: undefined,
        limit: { burst: 3, windowMs: SECOND_MS },
        lockMs: 5 * MINUTE_MS,
        ruleNumber: 374,
      },
      {
        per: "ip",
        operation: "user.info",
        limit: { burst: 1, windowMs: MINUTE_MS },
        lockMs: 5 * MINUTE_MS,
        ruleNumber: 38,
      },
      {
        per: "account",
        operation: "user.info",
        limit: { burst: 1, windowMs: 5 * MINUTE_MS },
        lockMs: 5 * MINUTE_MS,
        ruleNumber: 218,
      },
      {
        per: "account",
        operation: "file.ls",
        detail: { is: "everything" },
        limit: { burst: 1, windowMs: HOUR_MS },
        lockMs: 5 * MINUTE_MS,
        ruleNumber: 223,
      },
      {
        per: "account",
        operation: "file.ls",
        detail: "each",
        limit: { burst: 1, windowMs: 30 * SECOND_MS },
        lockMs: 5 * MINUTE_MS,
        ruleNumber: 223,
      },
      guessing(20),
    ],
  },
  off: { name: "off", rules: [], maxLockMs: 0 },
};
