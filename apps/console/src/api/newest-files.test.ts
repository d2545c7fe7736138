import assert from "node:assert/strict";
import { test } from "node:test";
import { addNewest } from "./newest-files.ts";

test("of several files with one name the newest is the one that an upload replaces, wherever the list has it", () => {
  const file = (name: string, day: number) => ({ name, date: new Date(Date.UTC(2026, 0, day)) });
  const listed = [file("a.txt", 2), file("a.txt", 3), file("a.txt", 1), file("b.txt", 1)];
  for (const order of [listed, listed.toReversed()]) {
    const files = new Map<string, (typeof listed)[number]>();
    for (const each of order) addNewest(files, each);
    assert.deepEqual(Object.fromEntries(files), { "a.txt": listed[1], "b.txt": listed[3] });
  }
});
