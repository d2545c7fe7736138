import assert from "node:assert/strict";
import { test } from "node:test";
import { BandwidthLimit } from "./bandwidth.ts";

class StandingClock {
  now = 0;
  nowMs = () => this.now;
  sleep = async (ms: number) => void (this.now += ms);
}

async function* chunksOf(...lengths: number[]) {
  for (const length of lengths) yield new Uint8Array(length);
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

test("a stream takes the time its bytes need at the rate", async () => {
  const clock = new StandingClock();
  const limit = new BandwidthLimit(1000, undefined, clock);
  assert.equal(await drain(limit.throttle(chunksOf(500, 2500, 1))), 3001);
  assert.ok(Math.abs(clock.now - 3001) <= 10, `${clock.now} ms`);
});

test("streams share one rate limit", async () => {
  const clock = new StandingClock();
  const limit = new BandwidthLimit(1000, undefined, clock);
  await Promise.all([drain(limit.throttle(chunksOf(1000))), drain(limit.throttle(chunksOf(1000)))]);
  assert.ok(clock.now >= 1990, `${clock.now} ms`);
});

test("a pause allows no burst afterwards", async () => {
  const clock = new StandingClock();
  const limit = new BandwidthLimit(1000, undefined, clock);
  await limit.take(100);
  clock.now += 60_000;
  const startedAt = clock.now;
  await limit.take(1000);
  assert.ok(clock.now - startedAt >= 990);
});

test("an interruption ends the wait for the rate limit, with its reason", async () => {
  const interruption = new AbortController();
  const limit = new BandwidthLimit(1, interruption.signal);
  const reason = new Error("stopped");
  const waiting = limit.take(600);
  interruption.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
});
