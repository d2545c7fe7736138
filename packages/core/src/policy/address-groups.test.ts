import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import { addressGroups } from "./address-groups.ts";

test("an address has eight groups, in any notation", () => {
  const groups = [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1];
  for (const text of [
    "2001:db8::1",
    "2001:DB8:0::0001",
    "2001:db8:0:0:0:0:0:1",
    "2001:db8::0.0.0.1",
    "2001:db8::1%en0",
  ])
    assert.deepEqual(addressGroups(text), groups, text);
  const dressed = [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x209];
  for (const text of ["192.0.2.9", "::ffff:192.0.2.9", "::ffff:c000:209"])
    assert.deepEqual(addressGroups(text), dressed, text);
  assert.deepEqual(addressGroups("::"), Array(8).fill(0));
  assert.deepEqual(addressGroups("1:2:3:4:5:6:7::"), [1, 2, 3, 4, 5, 6, 7, 0]);
});

test("an invalid address has no groups, as in Node's own check", () => {
  const pieces = [
    "1",
    "ffff",
    "12345",
    "g",
    ":",
    "::",
    ".",
    "0",
    "01",
    "255",
    "256",
    "192.0.2.9",
    "%",
    "%e0",
    "/8",
    " ",
  ];
  let valid = 0;
  const walk = (text: string, depth: number): void => {
    assert.equal(addressGroups(text) !== undefined, isIP(text) !== 0, text);
    if (isIP(text) !== 0) valid += 1;
    if (depth > 0) for (const piece of pieces) walk(text + piece, depth - 1);
  };
  for (const start of ["", "::", "1:2:3:4:5:6:7", "1:2:3:4:5:6", "::ffff:", "192.0.2", "fe80::1"]) walk(start, 3);
  assert.ok(valid > 500, `${valid}`);
});
