import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, formatBytes, formatDuration, parseCount, parseDuration, parseSize } from "./amounts.ts";

test("reads sizes in units of 1024", () => {
  const sizes = { "0": 0, "512": 512, "10k": 10_240, "1.5 GiB": 1_610_612_736, "2MB": 2_097_152, "1T": 1024 ** 4 };
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseSize(text, "--size"), bytes, text);
  for (const text of ["", "-1", "1x", "ten", "1e3", "99999999P"]) {
    assert.throws(() => parseSize(text, "--size"), /^UsageError: --size takes a size/, text);
  }
});

test("reads durations", () => {
  const times = { "90s": 90_000, "1h30m": 5_400_000, "7d": 604_800_000, "250ms": 250, "5": 5000, "1.5h": 5_400_000 };
  for (const [text, ms] of Object.entries(times)) assert.equal(parseDuration(text, "--newer"), ms, text);
  for (const text of ["", "h", "1h x", "1y", "-5s"])
    assert.throws(() => parseDuration(text, "--newer"), /UsageError/, text);
});

test("reads integers within their bounds", () => {
  assert.equal(parseCount("8", "--transfers", { least: 1, most: 8 }), 8);
  for (const text of ["0", "9", "1.5", "", "x"]) {
    assert.throws(() => parseCount(text, "--transfers", { least: 1, most: 8 }), /from 1 to 8/, text);
  }
});

test("formats sizes and durations for people", () => {
  const sizes = [0, 1023, 1024, 1_048_575, 1_610_612_736].map(formatBytes);
  assert.deepEqual(sizes, ["0 B", "1023 B", "1.0 KiB", "1.0 MiB", "1.5 GiB"]);
  const times = [0, 27_400, 60_000, 7_620_000, 273_600_000].map(formatDuration);
  assert.deepEqual(times, ["0 s", "28 s", "1 min 00 s", "2 h 07 min", "3 d 4 h"]);
});

test("uses the singular and the plural", () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, "folder")),
    ["0 folders", "1 folder", "2 folders"],
  );
});
