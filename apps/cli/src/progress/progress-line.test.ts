import assert from "node:assert/strict";
import { test } from "node:test";
import { progressLine } from "./progress-line.ts";
import { ProgressState } from "./progress-state.ts";

const MIB = 1024 ** 2;

function halfWay(): ProgressState {
  const state = new ProgressState();
  state.totalFiles = 4;
  state.totalBytes = 40 * MIB;
  state.doneFiles = 1;
  for (let second = 0; second <= 10; second++) state.move(second === 0 ? 0 : 2 * MIB, second * 1000);
  return state;
}

test("shows files, bytes, percentage, rate and time left", () => {
  assert.equal(progressLine(halfWay(), 10_000, 100), "1/4 files  20.0 MiB/40.0 MiB  50 %  2.0 MiB/s  10 s left");
});

test("shows the end of the current file's name, as much as fits", () => {
  const state = halfWay();
  state.running.add({ name: "a-very-long-name-of-a-photo.jpg", sizeBytes: 100, movedBytes: 25, state: undefined });
  assert.match(progressLine(state, 10_000, 120), / {2}a-very-long-name-of-a-photo\.jpg 25 %$/);
  const narrow = progressLine(state, 10_000, 80);
  assert.match(narrow, / {2}…[a-z-]*photo\.jpg 25 %$/);
  assert.ok(narrow.length < 80);
  assert.ok(progressLine(state, 10_000, 30).length < 30);
});

test("shows what happens after the last byte, and 100 % only once everything is stored", () => {
  const state = halfWay();
  state.move(20 * MIB, 10_000);
  const file = { name: "a", sizeBytes: 1, movedBytes: 1, state: "verifying" };
  state.running.add({ ...file, name: "photo.jpg" });
  assert.match(progressLine(state, 10_000, 100), /99 %.*photo\.jpg verifying$/);
  state.running.clear();
  state.doneFiles = 4;
  assert.match(progressLine(state, 10_000, 100), /100 %/);
});

test("shows why the transfer is paused, and for how long", () => {
  const state = halfWay();
  state.paused = { reason: "flood lock", untilMs: 38_000 };
  assert.equal(progressLine(state, 10_000, 100), "paused 28 s: flood lock");
  assert.match(progressLine(state, 38_000, 100), /1\/4 files/);
});

test("escapes control characters in names", () => {
  const state = new ProgressState();
  state.running.add({ name: "\u001b[2Jgone\u202egpj", sizeBytes: 0, movedBytes: 0, state: undefined });
  assert.equal(progressLine(state, 0, 100), "\\x1b[2Jgone\\u{202e}gpj 100 %");
});
