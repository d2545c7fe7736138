import assert from "node:assert/strict";
import { test } from "node:test";
import { fromRemoteName, toRemoteName } from "./remote-names.ts";

for (const [local, remote] of [
  ["plain name.txt", "plain name.txt"],
  [`say "it's" <$5>\\`, "say ＂it＇s＂ ＜＄5＞＼"],
  [" both ends ", "␠both ends␠"],
  [" ", "␠"],
  ["line\nfeed\u007f", "line␊feed␡"],
  ["＂already wide＂", "‛＂already wide‛＂"],
  ["‛quote", "‛‛quote"],
  ["．．", "‛．‛．"],
  ["née.txt", "née.txt"],
] as const) {
  test(`${JSON.stringify(local)} is written ${JSON.stringify(remote)} and read back`, () => {
    assert.equal(toRemoteName(local), remote);
    assert.equal(fromRemoteName(remote), local);
  });
}

test("a name that holds the refused characters themselves means those", () => {
  assert.equal(fromRemoteName(`it's "raw"`), `it's "raw"`);
});

for (const remote of ["．．", "．", "a／b", "／etc／passwd", "␀"]) {
  test(`${JSON.stringify(remote)} never becomes something a path is made of`, () => {
    const local = fromRemoteName(remote);
    assert.ok(!local.includes("/") && !local.includes("\0") && local !== "." && local !== "..");
  });
}

test("any name survives the way there and back", () => {
  const alphabet = Array.from(` "'<>$\\\`＂＇␠‛．.a␊\n␀`);
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 2000; round += 1) {
    const name = Array.from({ length: 1 + random(6) }, () => alphabet[random(alphabet.length)]).join("");
    assert.equal(fromRemoteName(toRemoteName(name)), name, JSON.stringify(name));
  }
});
