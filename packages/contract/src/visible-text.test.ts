import assert from "node:assert/strict";
import { test } from "node:test";
import { visible } from "./visible-text.ts";

test("characters without a face are shown by their number", () => {
  const shown = {
    "photo\u{202e}gpj.exe": "photo\\u{202e}gpj.exe",
    "\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}": "\\u{2066}a\\u{2069}\\u{200e}\\u{200f}\\u{61c}",
    "a\u{200b}b\u{feff}\u{2060}\u{ad}": "a\\u{200b}b\\u{feff}\\u{2060}\\xad",
    "\u{1b}[2J\u{9b}\u{0}": "\\x1b[2J\\x9b\\x00",
    "line\u{2028}\u{2029}": "line\\u{2028}\\u{2029}",
    "a\u{d800}b": "a\\u{d800}b",
    "\u{3164}\u{ffa0}": "\\u{3164}\\u{ffa0}",
    "a\u{e0041}": "a\\u{e0041}",
    "a\u{200d}b\u{200c}c": "a\\u{200d}b\\u{200c}c",
    "1\u{fe0f}2": "1\\u{fe0f}2",
  };
  for (const [name, expected] of Object.entries(shown)) assert.equal(visible(name), expected);
});

test("joiners and forms that belong to a word or a picture stay", () => {
  for (const name of [
    "café été.txt",
    "a\tb\nc",
    "👩\u{200d}👩\u{200d}👧\u{200d}👦",
    "👋🏽 ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3}",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "می\u{200c}خواهم",
    "क्\u{200d}ष ශ්\u{200d}රී",
    "葛\u{e0100}飾",
    "שלום مرحبا",
  ]) {
    assert.equal(visible(name), name);
  }
});

test("a second joiner in a row, or one behind a picture that nothing follows, is shown", () => {
  assert.equal(visible("می\u{200c}\u{200c}خواهم"), "می\u{200c}\\u{200c}خواهم");
  assert.equal(visible("👩\u{200d}.exe"), "👩\\u{200d}.exe");
});
