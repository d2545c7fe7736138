import assert from "node:assert/strict";
import { test } from "node:test";
import { parseByteRange } from "./byte-range.ts";

const span = (start: number, end: number) => ({ kind: "span", start, end });
const whole = { kind: "whole" };
const unsatisfiable = { kind: "unsatisfiable" };

test("reads closed, open and suffix ranges", () => {
  assert.deepEqual(parseByteRange("bytes=0-0", 10), span(0, 0));
  assert.deepEqual(parseByteRange("bytes=2-5", 10), span(2, 5));
  assert.deepEqual(parseByteRange("bytes=0-", 10), span(0, 9));
  assert.deepEqual(parseByteRange("bytes=9-", 10), span(9, 9));
  assert.deepEqual(parseByteRange("bytes=-3", 10), span(7, 9));
});

test("clamps a range to the file", () => {
  assert.deepEqual(parseByteRange("bytes=5-99", 10), span(5, 9));
  assert.deepEqual(parseByteRange("bytes=-99", 10), span(0, 9));
  assert.deepEqual(parseByteRange(`bytes=1-${2n ** 64n}`, 10), span(1, 9));
  assert.deepEqual(parseByteRange(`bytes=-${"9".repeat(40)}`, 10), span(0, 9));
});

test("refuses a range past the end", () => {
  assert.deepEqual(parseByteRange("bytes=10-", 10), unsatisfiable);
  assert.deepEqual(parseByteRange("bytes=10-20", 10), unsatisfiable);
  assert.deepEqual(parseByteRange(`bytes=${2n ** 70n}-`, 10), unsatisfiable);
  assert.deepEqual(parseByteRange("bytes=-0", 10), unsatisfiable);
});

test("refuses a range that starts past the end and ends before it starts", () => {
  assert.deepEqual(parseByteRange("bytes=10-9", 10), unsatisfiable);
  assert.deepEqual(parseByteRange(`bytes=${2n ** 60n + 1n}-${2n ** 60n}`, 10), unsatisfiable);
});

test("treats a range from the first byte, or of the last ones, of an empty file as the whole file", () => {
  for (const range of ["0-", "0-0", "00-499", "-1"]) assert.deepEqual(parseByteRange(`bytes=${range}`, 0), whole);
  for (const range of ["-0", "1-", "5-9"]) assert.deepEqual(parseByteRange(`bytes=${range}`, 0), unsatisfiable);
});

test("ignores another unit and syntax errors", () => {
  const headers = [
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=a-b",
    "bytes=5-2",
    "items=0-1",
    "bytes=1",
    "bytes=--1",
    "bytes=1-2-3",
  ];
  headers.push("bytes=0x1-2", "bytes=1.5-2", "bytes=+1-2", "bytes=1 2-3", `bytes=${"1".repeat(5000)}-`, "bytes:0-1");
  for (const header of headers) assert.deepEqual(parseByteRange(header, 10), whole, header);
  assert.deepEqual(parseByteRange(undefined, 10), whole);
});

test("accepts spaces and any letter case", () => {
  assert.deepEqual(parseByteRange("Bytes = 2 - 5 ", 10), span(2, 5));
});

test("recognizes several ranges without parsing them", () => {
  assert.deepEqual(parseByteRange("bytes=0-1,3-4", 10), { kind: "multiple" });
  assert.deepEqual(parseByteRange(`bytes=${"0-,".repeat(1000)}0-`, 10), { kind: "multiple" });
});

test("returns only spans inside the file", () => {
  const pieces = ["", "0", "1", "7", "9", "10", "11", "99999999999999999999", "x", " "];
  for (const first of pieces) {
    for (const last of pieces) {
      for (const size of [0, 1, 10]) {
        const range = parseByteRange(`bytes=${first}-${last}`, size);
        if (range.kind !== "span") continue;
        assert.ok(Number.isSafeInteger(range.start) && Number.isSafeInteger(range.end));
        assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
        if (first.trim() !== "") assert.equal(range.start, Number(first));
      }
    }
  }
});
