import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { shellWord } from "./shell-word.ts";

test("a name in a command to copy stays one shell word", () => {
  const names = [
    "./a.bin",
    "./a b.bin",
    "./'; touch pwned; '",
    '"$(touch pwned)`touch pwned`',
    "./-rf *",
    "https://1fichier.com/?abc&dl=1",
    "\\' é\n",
    "",
  ];
  for (const name of names) {
    const said = execFileSync("sh", ["-c", `printf '%s|' ${shellWord(name)}`], { encoding: "utf8" });
    assert.equal(said, `${name}|`);
  }
});
