import { planInForce } from "../accounts/plans.ts";
import { DomainError } from "../errors.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Locker } from "../ports/locker.ts";
import type { Bucket, RateLimitAnswer, RateLimiter } from "../ports/rate-limiter.ts";

/** Limits on downloads by guests and by accounts without a paid plan. */
export interface FreeRules {
  /** Time between the starts of two downloads; 0 for no wait. */
  waitMs: number;
  /** Guests at the same address are limited to one download at a time, like the free plan. */
  isOneAtATime: boolean;
  /** Allows ranges, and so resuming. */
  resumes: boolean;
}

/** The defaults. */
export const noFreeRules: FreeRules = { waitMs: 0, isOneAtATime: false, resumes: true };

/** The next download may begin in `retryAfterMs`. */
export class DownloadWaitError extends DomainError {
  override name = "DownloadWaitError";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("download-wait", "Without a paid plan, wait before the next download.");
    this.retryAfterMs = retryAfterMs;
  }
}

export const tooManyDownloads = (most: number) =>
  new DomainError(
    "too-many-downloads",
    `You have reached the limit of simultaneous downloads (${most}); wait until one has ended.`,
  );

/** The name under which a holder's running downloads are counted. */
export const streamsOf = (holder: string): string => `streams ${holder}`;

/** Limits free downloads. The wait starts when the first bytes are sent. */
export class FreeDownloads {
  readonly rules: FreeRules;
  readonly #limiter: RateLimiter;
  readonly #locker: Pick<Locker, "countHeld">;
  readonly #clock: Clock;

  constructor(input: { limiter: RateLimiter; locker: Pick<Locker, "countHeld">; clock: Clock; rules: FreeRules }) {
    this.rules = input.rules;
    this.#limiter = input.limiter;
    this.#locker = input.locker;
    this.#clock = input.clock;
  }

  isFree(actor: Actor): boolean {
    return !isAccountActor(actor) || planInForce(actor.account, this.#clock.now()).offer === 0;
  }

  /**
   * Checks whether a download may begin now; counts nothing.
   * @throws {DownloadWaitError} too early @throws {DomainError} `too-many-downloads` while another one runs
   */
  async requireTurn(holder: string): Promise<void> {
    const { waitMs, isOneAtATime } = this.rules;
    if (isOneAtATime && (await this.#locker.countHeld(streamsOf(holder))) > 0) throw tooManyDownloads(1);
    if (waitMs > 0) requireAllowed(await this.#limiter.look([this.#bucketOf(holder)]));
  }

  /** The first bytes are about to be sent. @throws {DownloadWaitError} when another download has begun meanwhile */
  async begin(holder: string): Promise<void> {
    if (this.rules.waitMs > 0) requireAllowed(await this.#limiter.consume([this.#bucketOf(holder)]));
  }

  #bucketOf(holder: string): Bucket {
    return { key: `free download ${holder}`, limit: { burst: 1, windowMs: this.rules.waitMs } };
  }
}

function requireAllowed(answer: RateLimitAnswer): void {
  if (!answer.isAllowed) throw new DownloadWaitError(answer.retryAfterMs);
}
