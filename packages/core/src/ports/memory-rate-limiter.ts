import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { ElapsedTime } from "./memory-elapsed-time.ts";
import type { Bucket, RateLimitAnswer, RateLimiter } from "./rate-limiter.ts";

const DEFAULT_MAX_BUCKETS = 100_000;
/** Compensates rounding for windows that are not a multiple of their burst. */
const ROUNDING_MS = 1e-6;

/**
 * Token buckets in this process. Only the time when a bucket will be full again is stored; a full bucket needs no
 * entry. Beyond `maxBuckets` entries, those nearest to full are dropped.
 */
export class MemoryRateLimiter implements RateLimiter {
  readonly #time: ElapsedTime;
  readonly #maxBuckets: number;
  readonly #fullAtMs = new Map<string, number>();

  constructor(clock: Clock = systemClock, options: { maxBuckets?: number } = {}) {
    this.#time = new ElapsedTime(clock);
    this.#maxBuckets = options.maxBuckets ?? DEFAULT_MAX_BUCKETS;
  }

  /** Number of buckets with an entry. */
  get bucketCount(): number {
    return this.#fullAtMs.size;
  }

  async consume(buckets: readonly Bucket[]): Promise<RateLimitAnswer> {
    const nowMs = this.#time.nowMs();
    const full = this.#takenFrom(buckets, nowMs);
    if (!Array.isArray(full)) return full;
    for (const [key, atMs] of full) {
      if (!this.#fullAtMs.has(key) && this.#fullAtMs.size >= this.#maxBuckets) this.#makeRoom(nowMs);
      this.#fullAtMs.set(key, atMs);
    }
    return { isAllowed: true };
  }

  async look(buckets: readonly Bucket[]): Promise<RateLimitAnswer> {
    const full = this.#takenFrom(buckets, this.#time.nowMs());
    return Array.isArray(full) ? { isAllowed: true } : full;
  }

  /** When each will be full again after taking a token, or which of them is empty. */
  #takenFrom(
    buckets: readonly Bucket[],
    nowMs: number,
  ): [key: string, atMs: number][] | Extract<RateLimitAnswer, { isAllowed: false }> {
    const full: [key: string, atMs: number][] = [];
    for (const [at, { key, limit }] of buckets.entries()) {
      const { burst, windowMs } = limit;
      if (!(burst >= 1) || !(windowMs > 0))
        throw new RangeError("A bucket holds at least one token and takes time to fill.");
      const missingMs = Math.min(windowMs, Math.max(0, (this.#fullAtMs.get(key) ?? 0) - nowMs));
      const emptyInMs = windowMs - missingMs - windowMs / burst;
      if (emptyInMs < -ROUNDING_MS) {
        return { isAllowed: false, refusedBy: at, retryAfterMs: Math.ceil(-emptyInMs - ROUNDING_MS) };
      }
      full.push([key, nowMs + missingMs + windowMs / burst]);
    }
    return full;
  }

  async reset(key: string): Promise<void> {
    this.#fullAtMs.delete(key);
  }

  /** Frees at least an eighth, so that this full scan is rare. */
  #makeRoom(nowMs: number): void {
    for (const [key, fullAtMs] of this.#fullAtMs) if (fullAtMs <= nowMs) this.#fullAtMs.delete(key);
    const surplus = this.#fullAtMs.size - Math.floor((this.#maxBuckets * 7) / 8);
    if (surplus <= 0) return;
    const nearestToFull = [...this.#fullAtMs].toSorted(([, a], [, b]) => a - b).slice(0, surplus);
    for (const [key] of nearestToFull) this.#fullAtMs.delete(key);
  }
}
