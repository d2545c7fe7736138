import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { VirtualClock } from "../ports/clock.ts";
import type { Clock } from "../ports/clock.ts";
import type { RateLimit, RateLimiter } from "../ports/rate-limiter.ts";

/** A limiter without counts that uses the clock it was opened with. */
export interface OpenedRateLimiter {
  limiter: RateLimiter;
  close(): Promise<void>;
}

type Run = (limiter: RateLimiter, clock: VirtualClock) => Promise<void>;

const threePerSecond: RateLimit = { burst: 3, windowMs: 1000 };

/** Registers the tests that every {@link RateLimiter} passes. */
export function rateLimiterSuite(name: string, open: (clock: Clock) => Promise<OpenedRateLimiter>): void {
  const withLimiter = (run: Run) => async (): Promise<void> => {
    const clock = new VirtualClock();
    const { limiter, close } = await open(clock);
    try {
      await run(limiter, clock);
    } finally {
      await close();
    }
  };
  describe(`${name} as a rate limiter`, () => {
    describe("a bucket", () => bucketTests(withLimiter));
    describe("several buckets", () => severalBucketsTests(withLimiter));
  });
}

function bucketTests(withLimiter: (run: Run) => () => Promise<void>): void {
  test(
    "allows its burst at once and then says how long to wait",
    withLimiter(async (limiter) => {
      for (let count = 0; count < 3; count++) {
        assert.deepEqual(await limiter.consume([{ key: "a", limit: threePerSecond }]), { isAllowed: true });
      }
      assert.deepEqual(await limiter.consume([{ key: "a", limit: threePerSecond }]), {
        isAllowed: false,
        refusedBy: 0,
        retryAfterMs: 334,
      });
    }),
  );
  test(
    "predicts its answer without taking anything",
    withLimiter(async (limiter, clock) => {
      const bucket = { key: "looked at", limit: { burst: 1, windowMs: 1000 } };
      for (let looks = 0; looks < 3; looks++) assert.deepEqual(await limiter.look([bucket]), { isAllowed: true });
      await limiter.consume([bucket]);
      clock.advance(400);
      for (let looks = 0; looks < 3; looks++) {
        assert.deepEqual(await limiter.look([bucket]), { isAllowed: false, refusedBy: 0, retryAfterMs: 600 });
      }
      clock.advance(600);
      assert.deepEqual(await limiter.look([bucket]), { isAllowed: true });
    }),
  );
  test(
    "allows again after exactly the announced wait, whatever the limit",
    withLimiter(async (limiter, clock) => {
      for (let burst = 1; burst <= 40; burst++) {
        const limit = { burst, windowMs: 997 };
        for (let count = 0; count < 3 * burst; count++) {
          const answer = await limiter.consume([{ key: `burst ${burst}`, limit }]);
          if (answer.isAllowed) continue;
          assert.ok(Number.isInteger(answer.retryAfterMs) && answer.retryAfterMs > 0);
          assert.ok(answer.retryAfterMs <= Math.ceil(997 / burst));
          clock.advance(answer.retryAfterMs);
          assert.equal((await limiter.consume([{ key: `burst ${burst}`, limit }])).isAllowed, true);
        }
      }
    }),
  );
  test(
    "refills evenly and never beyond its burst",
    withLimiter(async (limiter, clock) => {
      const limit = { burst: 4, windowMs: 1000 };
      assert.equal(await countAllowed(limiter, "a", limit), 4);
      clock.advance(250);
      assert.equal(await countAllowed(limiter, "a", limit), 1);
      clock.advance(750);
      assert.equal(await countAllowed(limiter, "a", limit), 3);
      clock.advance(3_600_000);
      assert.equal(await countAllowed(limiter, "a", limit), 4);
    }),
  );
  test(
    "takes nothing when it refuses",
    withLimiter(async (limiter, clock) => {
      await countAllowed(limiter, "a", threePerSecond);
      for (let count = 0; count < 100; count++) await limiter.consume([{ key: "a", limit: threePerSecond }]);
      clock.advance(334);
      assert.equal((await limiter.consume([{ key: "a", limit: threePerSecond }])).isAllowed, true);
    }),
  );
  test(
    "lets no more through when asked all at once",
    withLimiter(async (limiter) => {
      const limit = { burst: 10, windowMs: 60_000 };
      const answers = await Promise.all(Array.from({ length: 50 }, () => limiter.consume([{ key: "a", limit }])));
      assert.equal(answers.filter((answer) => answer.isAllowed).length, 10);
    }),
  );
}

function severalBucketsTests(withLimiter: (run: Run) => () => Promise<void>): void {
  test(
    "are counted separately",
    withLimiter(async (limiter) => {
      await countAllowed(limiter, "a", threePerSecond);
      assert.equal(await countAllowed(limiter, "b", threePerSecond), 3);
      assert.equal(await countAllowed(limiter, "a:b", threePerSecond), 3);
      assert.equal(await countAllowed(limiter, "", threePerSecond), 3);
    }),
  );
  test(
    "are taken from together or not at all, and the first empty one is named",
    withLimiter(async (limiter, clock) => {
      const two = { key: "two", limit: { burst: 2, windowMs: 1000 } };
      const three = { key: "three", limit: threePerSecond };
      const five = { key: "five", limit: { burst: 5, windowMs: 60_000 } };
      assert.deepEqual(await limiter.consume([]), { isAllowed: true });
      for (let count = 0; count < 2; count++) {
        assert.deepEqual(await limiter.consume([five, two, three]), { isAllowed: true });
      }
      for (let count = 0; count < 10; count++) {
        assert.deepEqual(await limiter.consume([five, two, three]), {
          isAllowed: false,
          refusedBy: 1,
          retryAfterMs: 500,
        });
      }
      assert.deepEqual(await limiter.consume([three]), { isAllowed: true });
      assert.deepEqual(await limiter.consume([three, two]), { isAllowed: false, refusedBy: 0, retryAfterMs: 334 });
      assert.equal(await countAllowed(limiter, "five", five.limit), 3);
      clock.advance(500);
      assert.deepEqual(await limiter.consume([two, three]), { isAllowed: true });
    }),
  );
  test(
    "let no more through together than each alone, when asked all at once",
    withLimiter(async (limiter) => {
      const limit = { burst: 10, windowMs: 60_000 };
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          limiter.consume([
            { key: `own ${index % 2}`, limit },
            { key: "common", limit },
          ]),
        ),
      );
      assert.equal(answers.filter((answer) => answer.isAllowed).length, 10);
      const left = (await countAllowed(limiter, "own 0", limit)) + (await countAllowed(limiter, "own 1", limit));
      assert.equal(left, 10);
    }),
  );
  test(
    "are reset one by one",
    withLimiter(async (limiter) => {
      await countAllowed(limiter, "a", threePerSecond);
      await countAllowed(limiter, "b", threePerSecond);
      await limiter.reset("a");
      await limiter.reset("never used");
      assert.equal(await countAllowed(limiter, "a", threePerSecond), 3);
      assert.equal(await countAllowed(limiter, "b", threePerSecond), 0);
    }),
  );
}

async function countAllowed(limiter: RateLimiter, key: string, limit: RateLimit): Promise<number> {
  let count = 0;
  while ((await limiter.consume([{ key, limit }])).isAllowed) count++;
  return count;
}
