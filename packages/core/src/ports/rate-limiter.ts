/**
 * Counts events in token buckets. Shared by every process that asks the same store, so the answer is asynchronous.
 */
export interface RateLimiter {
  /**
   * Takes one token from each of these buckets, of different keys, or from none where one of them is empty. A bucket holds
   * `burst` tokens and refills `burst` per `windowMs`, evenly. One look for all that is counted of a call.
   */
  consume(buckets: readonly Bucket[]): Promise<RateLimitAnswer>;
  /** What `consume` would answer now; takes nothing. */
  look(buckets: readonly Bucket[]): Promise<RateLimitAnswer>;
  /** Forgets what was counted under `key`. */
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
  /** `refusedBy`: place of the first bucket in the list that was empty. `retryAfterMs`: until it has a token again. */
  | { isAllowed: false; refusedBy: number; retryAfterMs: number };
