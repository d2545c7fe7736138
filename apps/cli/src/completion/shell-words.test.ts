import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { splitLine } from "./shell-words.ts";

suite("an unfinished command line", () => {
  const posix: [line: string, words: string[]][] = [
    ["consigne ls ", ["consigne", "ls", ""]],
    [`consigne  ls ':/it is`, ["consigne", "ls", ":/it is"]],
    [String.raw`ls :/it\'s\ \$1`, ["ls", ":/it's $1"]],
    [String.raw`ls "a \"b\" \n" 'c\'`, ["ls", String.raw`a "b" \n`, "c\\"]],
    [`ls '' x`, ["ls", "", "x"]],
  ];
  for (const [line, words] of posix) {
    test(`is parsed as a POSIX shell does: ${line}`, () => assert.deepEqual(splitLine(line).words, words));
  }

  const powershell: [line: string, words: string[]][] = [
    [`ls ':/it''s`, ["ls", ":/it's"]],
    ["ls :/a` b`$c", ["ls", ":/a b$c"]],
    [String.raw`put C:\x "a""b`, ["put", String.raw`C:\x`, `a"b`]],
  ];
  for (const [line, words] of powershell) {
    test(`is parsed as PowerShell does: ${line}`, () =>
      assert.deepEqual(splitLine(line, { rules: "powershell" }).words, words));
  }

  const settled: [line: string, text: string][] = [
    ["ls :/ph", "/ph"],
    [String.raw`ls :/a\:b`, String.raw`/a:b`],
    ["ls --profile=ho", "ho"],
    ["ls ':/my ho", ":/my ho"],
    [`ls :/"my ho`, "my ho"],
    [`ls ':/my'/ho`, "/ho"],
    ["ls home:/", "/"],
  ];
  for (const [line, text] of settled) {
    test(`is completed by bash in its last part only: ${line}`, () => {
      const split = splitLine(line, { breaks: " \t\n\"'@><=;|&(:" });
      assert.equal(split.words.at(-1)?.slice(split.settled), text);
    });
  }
});
