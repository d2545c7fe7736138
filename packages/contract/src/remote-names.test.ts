import assert from "node:assert/strict";
import { test } from "node:test";
import { fromRemoteName, isSameName, entriesNamed, spellingsOf, toRemoteName, writtenName } from "./remote-names.ts";

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

test("a name that contains the replacement characters itself keeps them", () => {
  assert.equal(fromRemoteName(`it's "raw"`), `it's "raw"`);
});

for (const remote of ["．．", "．", "a／b", "／etc／passwd", "␀"]) {
  test(`${JSON.stringify(remote)} never becomes a path component`, () => {
    const local = fromRemoteName(remote);
    assert.ok(!local.includes("/") && !local.includes("\0") && local !== "." && local !== "..");
  });
}

test("any name survives the round trip", () => {
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

test("every spelling of a name is written the same", () => {
  for (const name of ["it's.jpg", "it＇s.jpg"]) assert.equal(writtenName(name), "it＇s.jpg");
  for (const name of [" a ", "␠a␠", "␠a "]) assert.equal(writtenName(name), "␠a␠");
  assert.equal(writtenName(`$5 "x" \\`), "＄5 ＂x＂ ＼");
  assert.equal(writtenName("‛＂"), "‛＂");
  for (const name of ["plain", "née", "a:b?*|", "..x", "‛", "．"]) {
    assert.equal(writtenName(writtenName(name)), writtenName(name));
  }
});

test("a name finds a file stored under any of its spellings, the exact one first", () => {
  const stored = [{ name: "it＇s" }, { name: "other" }];
  assert.deepEqual(entriesNamed(stored, "it's"), [{ name: "it＇s" }]);
  assert.deepEqual(entriesNamed(stored, "it＇s"), [{ name: "it＇s" }]);
  assert.deepEqual(entriesNamed(stored, "its"), []);
  const both = [{ name: "it＇s" }, { name: "it's" }, { name: "it's" }];
  assert.deepEqual(entriesNamed(both, "it's"), [{ name: "it's" }, { name: "it's" }]);
  assert.deepEqual(entriesNamed(both, "it＇s"), [{ name: "it＇s" }]);
  assert.deepEqual(entriesNamed([{ name: "it's" }], "it＇s"), [{ name: "it's" }]);
});

test("a local name made of look-alikes finds its quoted form first", () => {
  const stored = [{ name: `"wide"` }, { name: "‛＂wide‛＂" }];
  assert.deepEqual(entriesNamed(stored, "＂wide＂"), [{ name: "‛＂wide‛＂" }]);
  assert.deepEqual(entriesNamed(stored.slice(0, 1), "＂wide＂"), [{ name: `"wide"` }]);
});

test("lists every spelling of a stored name once", () => {
  assert.deepEqual(spellingsOf("plain"), ["plain"]);
  assert.deepEqual(spellingsOf("it＇s"), ["it＇s", "it's"]);
  assert.deepEqual(spellingsOf("it's"), ["it's", "it＇s"]);
  assert.deepEqual(spellingsOf("␠a "), ["␠a ", " a ", "␠a␠"]);
});

test("two names are the same whichever one is asked for", () => {
  assert.ok(isSameName("it's", "it＇s") && isSameName("it＇s", "it's") && isSameName("‛＂", "＂"));
  assert.ok(isSameName("＂", "‛＂"));
  assert.ok(!isSameName("a", "A") && !isSameName("é", "e\u0301"));
});
