import assert from "node:assert/strict";
import { test } from "node:test";
import { foldedName, sortName } from "./sort-name.ts";

const sorted = (names: readonly string[]) =>
  names.toSorted((one, other) => Buffer.compare(Buffer.from(sortName(one)), Buffer.from(sortName(other))));

test("names sort without case and accents, and numbers by value", () => {
  const expected = [
    "10 notes",
    "album",
    "Álbum 2",
    "album 10",
    "album 0100",
    "album b",
    "Bilder",
    "eclair",
    "École",
    "ete",
    "Été 2",
    "œuvre",
    "Zebra",
    "zoo",
    "Ünder",
  ].toSorted(() => 0);
  const order = [...expected].filter((name) => name !== "Ünder");
  order.splice(order.indexOf("Zebra"), 0, "Ünder");
  assert.deepEqual(sorted(expected.toReversed()), order);
});

test("names with the same letters have the same key in any composition", () => {
  for (const name of ["é", "e\u0301", "É", "E\u0301"]) assert.equal(foldedName(name), "e");
  assert.equal(foldedName("Straße ŒUVRE Łódź İzmir"), "strasse oeuvre lodz izmir");
  assert.equal(foldedName("日本 한국 фото"), "日本 한국 фото");
});

test("control characters in older names do not count as number marks", () => {
  assert.equal(sortName("a\u0002"), "a␂");
  assert.equal(sortName("a7b42c007"), "a\u00017b\u000242c\u0001007");
  assert.equal(sortName("9".repeat(400)), `\u001e${"9".repeat(400)}`);
});
