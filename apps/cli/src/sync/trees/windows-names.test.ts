import assert from "node:assert/strict";
import { test } from "node:test";
import { fromWindowsName, isDeviceName, toWindowsName } from "./windows-names.ts";

/** Both columns are rclone's, except for device names. */
for (const [name, written] of [
  ["plain name.txt", "plain name.txt"],
  ["a:b.txt", "a：b.txt"],
  ["q?.txt", "q？.txt"],
  [`<x> "y" | * \\`, "＜x＞ ＂y＂ ｜ ＊ ＼"],
  ["trail.", "trail．"],
  ["trail ", "trail␠"],
  ["dots..", "dots.．"],
  ["two  ", "two ␠"],
  [". a", ". a"],
  ["tab\there", "tab␉here"],
  ["del\u007f", "del\u007f"],
  // Similar characters that are part of the name.
  ["a：b", "a‛：b"],
  ["wide．", "wide‛．"],
  ["wide．.txt", "wide．.txt"],
  ["‛", "‛‛"],
  ["．", "‛．"],
  ["．．", "‛．‛．"],
  ["it＇s", "it＇s"],
  ["a／b", "a／b"],
  // Device names.
  ["con", "ｃon"],
  ["NUL.txt", "ＮUL.txt"],
  ["com1.", "ｃom1．"],
  ["aux.a:b", "ａux.a：b"],
  ["ｃon", "‛ｃon"],
  ["‛ｃon", "‛‛ｃon"],
  ["console", "console"],
] as const) {
  test(`${JSON.stringify(name)} is written ${JSON.stringify(written)} on Windows and read back`, () => {
    assert.equal(toWindowsName(name), written);
    assert.equal(fromWindowsName(written), name);
  });
}

test("names written by other programs are read without loss", () => {
  for (const [written, name] of [
    ["con", "con"],
    ["‛x", "‛x"],
    ["．．", "．."],
    ["．", "．"],
    ["␀", "␀"],
  ] as const) {
    assert.equal(fromWindowsName(written), name);
  }
});

test("any name survives the round trip, and Windows accepts what is written", () => {
  const alphabet = Array.from(`:?*<>|\\" .．␠‛：＂＼␊\n\u0001acoｃn1`);
  let seed = 11;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const written = new Map<string, string>();
  for (let round = 0; round < 20_000; round += 1) {
    const name = Array.from({ length: 1 + random(6) }, () => alphabet[random(alphabet.length)]).join("");
    if (name === "." || name === "..") continue;
    const text = toWindowsName(name);
    assert.equal(fromWindowsName(text), name, JSON.stringify(name));
    assert.equal(written.get(text) ?? name, name, "no two names are written the same");
    written.set(text, name);
    // oxlint-disable-next-line no-control-regex -- Windows refuses them
    assert.doesNotMatch(text, /[<>:"\\|?*\u0000-\u001f]|[. ]$/);
    assert.ok(!isDeviceName(text), text);
  }
});
