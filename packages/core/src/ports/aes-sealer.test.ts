import assert from "node:assert/strict";
import { test } from "node:test";
import { AesSealer } from "./aes-sealer.ts";
import { SealError } from "./sealer.ts";

const by = (fill: number) => new AesSealer(async () => new Uint8Array(32).fill(fill));

test("opens what it sealed, and never seals a text the same way twice", async () => {
  const sealer = by(1);
  const sealed = await sealer.seal("Bearer é", "request 7");
  assert.equal(await sealer.open(sealed, "request 7"), "Bearer é");
  assert.notEqual(await sealer.seal("Bearer é", "request 7"), sealed);
  assert.ok(!sealed.includes("Bearer"));
  assert.equal(await sealer.open(await sealer.seal("", "x"), "x"), "");
});

test("refuses to open a text sealed for another subject, with another key, or altered", async () => {
  const sealer = by(1);
  const sealed = await sealer.seal("secret", "a");
  const altered = `${sealed.slice(0, -3)}${sealed.endsWith("AAA") ? "BBB" : "AAA"}`;
  const tries = [sealer.open(sealed, "b"), by(2).open(sealed, "a"), sealer.open(altered, "a")];
  for (const wrong of ["", "1.", "1.AAAAAAAA.", sealed.slice(0, 30), "secret"]) tries.push(sealer.open(wrong, "a"));
  for (const each of tries) await assert.rejects(each, SealError);
});

test("asks for its key again after failing to get it", async () => {
  let asked = 0;
  const sealer = new AesSealer(async () => {
    asked += 1;
    if (asked === 1) throw new Error("disk full");
    return new Uint8Array(32);
  });
  await assert.rejects(sealer.seal("x", "a"), /disk full/);
  assert.equal(await sealer.open(await sealer.seal("x", "a"), "a"), "x");
  assert.equal(asked, 2);
});

test("gives a text the same mark each time, and a different one for another subject or key", async () => {
  const mark = await by(1).marker("a");
  assert.match(mark("text"), /^[\w-]{22}$/);
  assert.equal(mark("text"), (await by(1).marker("a"))("text"));
  const others = [mark("texts"), (await by(1).marker("b"))("text"), (await by(2).marker("a"))("text")];
  assert.equal(new Set([mark("text"), ...others]).size, 4);
});
