import assert from "node:assert/strict";
import { test } from "node:test";
import { RateMeter } from "./rate-meter.ts";

function metered() {
  let nowMs = 0;
  const meter = new RateMeter(() => nowMs);
  return (atMs: number, doneBytes: number) => {
    nowMs = atMs;
    return meter.note(doneBytes, 10_000);
  };
}

test("the rate of the last five seconds and the time left are reported", () => {
  const note = metered();
  assert.deepEqual(note(0, 0), { bytesPerSecond: undefined, remainingMs: undefined });
  assert.deepEqual(note(1000, 1000), { bytesPerSecond: 1000, remainingMs: 9000 });
  for (let second = 2; second <= 8; second++) note(second * 1000, 1000 + (second - 1) * 100);
  const { bytesPerSecond, remainingMs } = note(9000, 1800);
  assert.deepEqual([bytesPerSecond, remainingMs], [100, 82_000]);
});

test("the rate starts over when something has to be repeated", () => {
  const note = metered();
  note(0, 0);
  note(2000, 4000);
  assert.deepEqual(note(2100, 0), { bytesPerSecond: undefined, remainingMs: undefined });
  assert.deepEqual(note(3100, 2000), { bytesPerSecond: 2000, remainingMs: 4000 });
});

test("no time left is reported while nothing moves", () => {
  const note = metered();
  note(0, 100);
  assert.deepEqual(note(1000, 100), { bytesPerSecond: 0, remainingMs: undefined });
});
