import assert from "node:assert/strict";
import { test } from "node:test";
import { rateLimiterSuite } from "../testing/rate-limiter-suite.ts";
import { VirtualClock } from "./clock.ts";
import { MemoryRateLimiter } from "./memory-rate-limiter.ts";

rateLimiterSuite("MemoryRateLimiter", async (clock) => ({
  limiter: new MemoryRateLimiter(clock),
  close: async () => {},
}));

const twoPerSecond = { burst: 2, windowMs: 1000 };

test("a clock set back neither refills a bucket nor stops it from refilling", async () => {
  const clock = new VirtualClock();
  const limiter = new MemoryRateLimiter(clock);
  await limiter.consume([{ key: "a", limit: twoPerSecond }]);
  await limiter.consume([{ key: "a", limit: twoPerSecond }]);
  clock.advance(-3_600_000);
  assert.deepEqual(await limiter.consume([{ key: "a", limit: twoPerSecond }]), {
    isAllowed: false,
    refusedBy: 0,
    retryAfterMs: 500,
  });
  clock.advance(500);
  assert.equal((await limiter.consume([{ key: "a", limit: twoPerSecond }])).isAllowed, true);
});

test("full buckets are forgotten before others", async () => {
  const clock = new VirtualClock();
  const limiter = new MemoryRateLimiter(clock, { maxBuckets: 100 });
  await limiter.consume([{ key: "empty", limit: { burst: 1, windowMs: 1_000_000 } }]);
  for (let count = 0; count < 10_000; count++) {
    await limiter.consume([{ key: `passer-by ${count}`, limit: twoPerSecond }]);
    clock.advance(1);
    assert.ok(limiter.bucketCount <= 100);
  }
  assert.equal((await limiter.consume([{ key: "empty", limit: { burst: 1, windowMs: 1_000_000 } }])).isAllowed, false);
});

test("a bucket's debt never exceeds the window of a shortened limit", async () => {
  const limiter = new MemoryRateLimiter(new VirtualClock());
  await limiter.consume([{ key: "a", limit: { burst: 1, windowMs: 3_600_000 } }]);
  assert.deepEqual(await limiter.consume([{ key: "a", limit: twoPerSecond }]), {
    isAllowed: false,
    refusedBy: 0,
    retryAfterMs: 500,
  });
});

test("a limit without tokens or duration is refused", async () => {
  const limiter = new MemoryRateLimiter();
  await assert.rejects(limiter.consume([{ key: "a", limit: { burst: 0, windowMs: 1000 } }]), RangeError);
  await assert.rejects(limiter.consume([{ key: "a", limit: { burst: 1, windowMs: 0 } }]), RangeError);
  await assert.rejects(limiter.consume([{ key: "a", limit: { burst: Number.NaN, windowMs: 1000 } }]), RangeError);
});
