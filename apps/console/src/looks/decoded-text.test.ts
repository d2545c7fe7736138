import assert from "node:assert/strict";
import { test } from "node:test";
import { decodedText } from "./decoded-text.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

test("reads UTF-8, with or without a byte order mark", () => {
  assert.equal(decodedText(bytes(0xc3, 0xa9, 0x74)), "ét");
  assert.equal(decodedText(bytes(0xef, 0xbb, 0xbf, 0x61)), "a");
  assert.equal(decodedText(bytes()), "");
});

test("reads UTF-8 that was cut within a character", () => {
  assert.equal(decodedText(bytes(0x61, 0xe2, 0x82)), "a");
});

test("reads UTF-16 by its byte order mark", () => {
  assert.equal(decodedText(bytes(0xff, 0xfe, 0xe9, 0x00)), "é");
  assert.equal(decodedText(bytes(0xfe, 0xff, 0x00, 0xe9)), "é");
});

test("reads other text as Windows-1252", () => {
  assert.equal(decodedText(bytes(0xe9, 0x74, 0x80)), "ét€");
});
