import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { OverloadError } from "../wire/error-answer.ts";
import { GrowingBuffer } from "./growing-buffer.ts";
import { BytePool } from "./held-bytes.ts";

const of = (own: string, network?: string) => ({ own, network });
const NOBODY = { own: undefined, network: undefined };

suite("memory held by unfinished requests", () => {
  const none = { cut: () => assert.fail("was cut") };

  test("is freed from the body that waited longest when the total is too large", () => {
    const pool = new BytePool({ total: 100, perCaller: 60 });
    const cut: string[] = [];
    const first = pool.open(of("a"), { cut: () => void cut.push("first") });
    first.take(50);
    pool.open(of("b"), none).take(50);
    const third = pool.open(of("c"), none);
    third.take(10);
    assert.deepEqual(cut, ["first"]);
    assert.equal(pool.heldBytes, 60);
    first.release();
    assert.equal(pool.heldBytes, 60, "a cut request is released once");
    assert.throws(() => first.take(1), OverloadError);
  });

  test("is freed only from bodies of the address that holds too much", () => {
    const pool = new BytePool({ total: 1000, perCaller: 60 });
    const cut: string[] = [];
    pool.open(of("b"), none).take(10);
    pool.open(of("a"), { cut: () => void cut.push("own") }).take(50);
    pool.open(of("a"), none).take(20);
    assert.deepEqual(cut, ["own"]);
    assert.equal(pool.heldBytes, 30);
  });

  test("is refused to a newcomer if nobody can make room", () => {
    const pool = new BytePool({ total: 100, perCaller: 100 });
    const running = pool.open(of("a"), none);
    running.take(90);
    running.settle();
    const late = pool.open(of("b"), none);
    assert.throws(() => late.take(20), OverloadError);
    late.release();
    assert.equal(pool.heldBytes, 90);
    running.release();
    assert.equal(pool.heldBytes, 0);
  });

  test("is freed from the newest upload of the address that holds most, for one that holds less", () => {
    const pool = new BytePool({ total: 100, perCaller: 80 });
    const cut: string[] = [];
    const run = (address: string, name: string) => {
      const held = pool.open(of(address), { cut: () => void cut.push(name) });
      held.take(20);
      held.run();
    };
    for (const name of ["a1", "a2", "a3"]) run("a", name);
    for (const name of ["b1", "b2"]) run("b", name);
    run("c", "c1");
    assert.deepEqual(cut, ["a3"]);
    assert.throws(() => run("b", "b3"), OverloadError, "an address that would hold more than the others is refused");
    assert.equal(pool.heldBytes, 100);
  });

  test("is limited for an IPv6 /48 to four times an address's share, and at most half of all", () => {
    const held = (total: number) => {
      const pool = new BytePool({ total, perCaller: 10 });
      for (let index = 0; index < 50; index++) pool.open(of(`/64 ${index}`, "/48"), { cut: () => undefined }).take(5);
      return pool.heldBytes;
    };
    assert.equal(held(1000), 40);
    assert.equal(held(60), 30);
    assert.equal(held(12), 10, "never less than for an address");
  });

  test("of a full /48 is freed from its own longest waiting body only", () => {
    const pool = new BytePool({ total: 1000, perCaller: 10 });
    const cut: string[] = [];
    pool.open(of("other"), none).take(10);
    for (const name of ["1", "2", "3", "4", "5"])
      pool.open(of(name, "/48"), { cut: () => void cut.push(name) }).take(10);
    assert.deepEqual(cut, ["1"]);
  });

  test("is freed from uploads of the /48 that holds most, of its address that holds most", () => {
    const pool = new BytePool({ total: 100, perCaller: 40 });
    const cut: string[] = [];
    const run = (name: string, bytes: number, network?: string) => {
      const held = pool.open(of(name, network), { cut: () => void cut.push(name) });
      held.take(bytes);
      held.run();
    };
    for (const name of ["a1", "a2", "a3"]) run(name, 10, "a");
    run("a4", 20, "a");
    for (const name of ["b1", "b2"]) run(name, 20, "b");
    for (const name of ["c", "d"]) run(name, 5);
    assert.deepEqual(cut, []);
    run("e", 10);
    assert.deepEqual(cut, ["a4"], "no single address holds more than the others");
    run("e", 10);
    assert.throws(
      () => run("a5", 20, "a"),
      OverloadError,
      "nobody is cut for a network that would hold more than the others",
    );
    assert.throws(() => run("b3", 10, "b"), OverloadError);
    assert.equal(pool.heldBytes, 100);
  });

  test("is not kept for a request cut before it started", () => {
    const pool = new BytePool({ total: 100, perCaller: 60 });
    const cut = pool.open(of("a"), { cut: () => undefined });
    cut.take(60);
    pool.open(of("b"), none).take(50);
    cut.run();
    cut.settle();
    assert.throws(() => pool.open(of("c"), none).take(100), OverloadError, "it cannot be cut twice");
  });

  test("is not freed from anybody who may not be cut at the moment", () => {
    const pool = new BytePool({ total: 100, perCaller: 100 });
    let isStuck = false;
    const cut: string[] = [];
    pool.open(of("a"), { cut: () => void cut.push("a"), mayBeCut: () => isStuck }).take(90);
    assert.throws(() => pool.open(of("b"), none).take(20), OverloadError);
    isStuck = true;
    pool.open(of("b"), none).take(20);
    assert.deepEqual(cut, ["a"]);
  });

  test("is limited for one of our proxies by the total only", () => {
    const pool = new BytePool({ total: 100, perCaller: 10 });
    pool.open(NOBODY, none).take(100);
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
