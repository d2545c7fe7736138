import assert from "node:assert/strict";
import { test } from "node:test";
import { lockerSuite } from "../testing/locker-suite.ts";
import { VirtualClock } from "./clock.ts";
import { MemoryLocker } from "./memory-locker.ts";

lockerSuite("MemoryLocker", async () => {
  const clock = new VirtualClock();
  return { locker: new MemoryLocker(clock), pass: async (ms) => clock.advance(ms), close: async () => {} };
});

test("a lease does not last longer if the clock is set back", async () => {
  const clock = new VirtualClock();
  const locker = new MemoryLocker(clock);
  await locker.tryAcquire("a", 1000);
  clock.advance(-3_600_000);
  assert.equal(await locker.tryAcquire("a", 1000), undefined);
  clock.advance(1000);
  assert.ok(await locker.tryAcquire("a", 1000));
});

test("a lease of no duration is refused", async () => {
  for (const leaseMs of [0, -1, Number.NaN])
    await assert.rejects(new MemoryLocker().tryAcquire("a", leaseMs), RangeError);
});
