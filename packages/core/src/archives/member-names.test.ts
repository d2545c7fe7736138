import assert from "node:assert/strict";
import { test } from "node:test";
import { MemberNames, neutralName } from "./member-names.ts";

const cases: Readonly<Record<string, string>> = {
  "déjà vu 100%.txt": "déjà vu 100%.txt",
  "a%2Fb.txt": "a%2Fb.txt",
  'a/b\\c:d*e?f"g<h>i|j': "a_b_c_d_e_f_g_h_i_j",
  "..": "__",
  ".": "_",
  "": "_",
  "..\\..\\evil": ".._.._evil",
  "C:\\x": "C__x",
  "line\nbreak\u0000\u007f\u009b31m": "line_break___31m",
  "photo\u202egpj.exe": "photo_gpj.exe",
  "photo\u061cgpj.exe": "photo_gpj.exe",
  "a\u2028b\u2029c": "a_b_c",
  "ends. . ": "ends____",
  CON: "_CON",
  "nul.tar.gz": "_nul.tar.gz",
  "Com1 .txt": "_Com1 .txt",
  "LPT\u00b9": "_LPT\u00b9",
  "conference.txt": "conference.txt",
  ".hidden": ".hidden",
  "half \ud800": "half \ufffd",
};

test("gives every file a name valid on all systems", () => {
  for (const [name, neutral] of Object.entries(cases)) assert.equal(neutralName(name), neutral, JSON.stringify(name));
});

test("shortens a name by whole letters and keeps its extension", () => {
  const short = neutralName(`${"é".repeat(600)}.tar`);
  assert.match(short, /^é+\.tar$/);
  assert.ok(Buffer.byteLength(short) <= 235);
  assert.ok(Buffer.byteLength(neutralName("😀".repeat(256))) <= 235);
  assert.ok(neutralName("😀".repeat(256)).isWellFormed());
});

test("numbers names that are equal without case, in another composition, or once cleaned up", () => {
  const names = new MemberNames();
  const taken = ["a.txt", "A.TXT", "a.txt", "a (2).txt", "é", "e\u0301", "x:y", "x?y", "Straße", "STRASSE"].map(
    (name) => names.take(name),
  );
  assert.deepEqual(taken, [
    "a.txt",
    "A (2).TXT",
    "a (3).txt",
    "a (2) (2).txt",
    "é",
    "e\u0301 (2)",
    "x_y",
    "x_y (2)",
    "Straße",
    "STRASSE (2)",
  ]);
});

test("numbers a hundred thousand files with one name", () => {
  const names = new MemberNames();
  const all = new Set(Array.from({ length: 100_000 }, () => names.take("a.txt")));
  assert.equal(all.size, 100_000);
});
