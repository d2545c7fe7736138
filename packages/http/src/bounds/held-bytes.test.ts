import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { OverloadError } from "../wire/error-answer.ts";
import { GrowingBuffer } from "./growing-buffer.ts";
import { BytePool } from "./held-bytes.ts";

suite("memory of unfinished requests", () => {
  const none = { cut: () => assert.fail("was cut") };

  test("cuts the longest waiting body of all when all together hold too much", () => {
    const pool = new BytePool({ total: 100, perCaller: 60 });
    const cut: string[] = [];
    const first = pool.open("a", { cut: () => void cut.push("first") });
    first.take(50);
    pool.open("b", none).take(50);
    const third = pool.open("c", none);
    third.take(10);
    assert.deepEqual(cut, ["first"]);
    assert.equal(pool.heldBytes, 60);
    first.release();
    assert.equal(pool.heldBytes, 60, "what was cut is released once");
    assert.throws(() => first.take(1), OverloadError);
  });

  test("cuts only bodies of the same address when that one holds too much", () => {
    const pool = new BytePool({ total: 1000, perCaller: 60 });
    const cut: string[] = [];
    pool.open("b", none).take(10);
    pool.open("a", { cut: () => void cut.push("own") }).take(50);
    pool.open("a", none).take(20);
    assert.deepEqual(cut, ["own"]);
    assert.equal(pool.heldBytes, 30);
  });

  test("refuses the newcomer when nobody can make room", () => {
    const pool = new BytePool({ total: 100, perCaller: 100 });
    const running = pool.open("a", none);
    running.take(90);
    running.settle();
    const late = pool.open("b", none);
    assert.throws(() => late.take(20), OverloadError);
    late.release();
    assert.equal(pool.heldBytes, 90);
    running.release();
    assert.equal(pool.heldBytes, 0);
  });

  test("cuts the newest upload of the address that holds most, for one that holds less", () => {
    const pool = new BytePool({ total: 100, perCaller: 80 });
    const cut: string[] = [];
    const run = (address: string, name: string) => {
      const held = pool.open(address, { cut: () => void cut.push(name) });
      held.take(20);
      held.run();
    };
    for (const name of ["a1", "a2", "a3"]) run("a", name);
    for (const name of ["b1", "b2"]) run("b", name);
    run("c", "c1");
    assert.deepEqual(cut, ["a3"]);
    assert.throws(() => run("b", "b3"), OverloadError, "an address that would then hold more is refused");
    assert.equal(pool.heldBytes, 100);
  });

  test("cuts nobody who may not be cut right now", () => {
    const pool = new BytePool({ total: 100, perCaller: 100 });
    let isStuck = false;
    const cut: string[] = [];
    pool.open("a", { cut: () => void cut.push("a"), mayBeCut: () => isStuck }).take(90);
    assert.throws(() => pool.open("b", none).take(20), OverloadError);
    isStuck = true;
    pool.open("b", none).take(20);
    assert.deepEqual(cut, ["a"]);
  });

  test("holds a proxy of ours to the bound on all only", () => {
    const pool = new BytePool({ total: 100, perCaller: 10 });
    pool.open(undefined, none).take(100);
    assert.equal(pool.heldBytes, 100);
  });

  test("joins a body sent byte by byte in little more than its size", () => {
    let taken = 0;
    const joined = new GrowingBuffer((bytes) => (taken += bytes));
    for (let at = 0; at < 10_000; at++) joined.add(Buffer.from([at & 255]));
    assert.equal(joined.length, 10_000);
    assert.ok(taken <= 20_000, `${taken} bytes`);
    assert.ok(joined.bytes().every((byte, at) => byte === (at & 255)));
  });
});
