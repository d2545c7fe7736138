import assert from "node:assert/strict";
import { test } from "node:test";
import { floodFigures, paceOf } from "./flood-figures.ts";

const figures = { ...floodFigures.authentic, callsPerSecond: 8, burst: 20, keyCallsPerSecond: 5, keyBurst: 30 };

test("a client is told the stricter of its address's and its key's limits", () => {
  assert.equal(paceOf(figures).callsPerSecond, 5);
  assert.equal(paceOf(figures).burst, 20);
  assert.equal(paceOf(figures).userInfoIntervalMs, 300_000);
});

test("a disabled limit does not count, nor does its burst", () => {
  const withoutAddress = paceOf({ ...figures, callsPerSecond: 0 });
  assert.deepEqual([withoutAddress.callsPerSecond, withoutAddress.burst], [5, 30]);
  const without = paceOf({ ...figures, callsPerSecond: 0, keyCallsPerSecond: 0 });
  assert.deepEqual([without.callsPerSecond, without.burst], [0, 0]);
});
