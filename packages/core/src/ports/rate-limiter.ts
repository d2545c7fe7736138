/**
 * Counts events in token buckets. Shared by every process that asks the same store, so the answer is asynchronous.
 */
export interface RateLimiter {
  /**
   * Takes one token from the bucket `key`, which holds `burst` tokens and refills `burst` per `windowMs`, evenly.
   * A refused call takes nothing.
   */
  consume(key: string, limit: RateLimit): Promise<RateLimitAnswer>;
  /** Forgets what was counted under `key`. */
  reset(key: string): Promise<void>;
}

export interface RateLimit {
  burst: number;
  windowMs: number;
}

export interface RateLimitAnswer {
  isAllowed: boolean;
  /** 0 when allowed; otherwise how long until one token is back. */
  retryAfterMs: number;
}
