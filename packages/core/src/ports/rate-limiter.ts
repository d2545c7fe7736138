/** Counts events in token buckets. May be shared by several processes, so answers are asynchronous. */
export interface RateLimiter {
  /**
   * Takes one token from each of these buckets, which have different keys, or from none if one of them is empty. A
   * bucket holds `burst` tokens and refills `burst` per `windowMs`, evenly. One request covers everything that is
   * counted for a call.
   */
  consume(buckets: readonly Bucket[]): Promise<RateLimitAnswer>;
  /** What `consume` would answer now; takes nothing. */
  look(buckets: readonly Bucket[]): Promise<RateLimitAnswer>;
  /** Resets what was counted under `key`. */
  reset(key: string): Promise<void>;
}

export interface Bucket {
  key: string;
  limit: RateLimit;
}

export interface RateLimit {
  burst: number;
  windowMs: number;
}

export type RateLimitAnswer =
  | { isAllowed: true }
  /** `refusedBy`: index of the first empty bucket in the list. `retryAfterMs`: until it has a token again. */
  | { isAllowed: false; refusedBy: number; retryAfterMs: number };
