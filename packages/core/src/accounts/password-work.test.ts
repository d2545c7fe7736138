import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDomainError } from "../errors.ts";
import { type Actor, guest, type Principal } from "../policy/actor.ts";
import { sampleAccount } from "../testing/database-suite-samples.ts";
import { accountActor } from "../policy/actor.ts";
import { PasswordWork } from "./password-work.ts";

const tooBusy = (error: unknown) => isDomainError(error, "too-busy");
const account = (id: string) => ({ ...sampleAccount({ id }), rootFolderId: 1 });
const ofAccount = (id: string, address: string): Actor => accountActor({ account: account(id), address });

/** Work that ends when it is told to. */
class Bench {
  readonly work: PasswordWork;
  /** Names of running work. */
  readonly atWork: string[] = [];
  /** Names in the order in which they began. */
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();

  /** Long waits only matter in the test about them. */
  constructor({ waitMs = 3_600_000 }: { waitMs?: number } = {}) {
    this.work = new PasswordWork({ waitMs });
  }

  start(name: string, by: Principal, kind: "make" | "check" = "make", signal?: AbortSignal): Promise<void> {
    const work = async () => {
      this.begun.push(name);
      this.atWork.push(name);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
    };
    const running = this.work.run(kind, by, work, signal);
    running.catch(() => undefined);
    return running;
  }

  /** Ends running work, one item after the other, until nothing is left or `most` have ended. */
  async finish(most = Infinity): Promise<void> {
    for (let ended = 0; ended < most; ended += 1) {
      await nextTurn();
      const name = this.atWork.shift();
      if (name === undefined) return;
      this.#ends.get(name)?.();
      await nextTurn();
    }
  }
}

const many = (count: number) => Array.from({ length: count }, (_, at) => at);

test("two run at once, and only one of them hashes a new password", async () => {
  const bench = new Bench();
  for (const at of many(3)) void bench.start(`make ${at}`, guest("192.0.2.1"));
  assert.deepEqual(bench.atWork, ["make 0"]);
  for (const at of many(3)) void bench.start(`check ${at}`, guest(`192.0.2.${at}`), "check");
  assert.deepEqual(bench.atWork, ["make 0", "check 0"]);
  await bench.finish();
  assert.equal(bench.begun.length, 6);
});

test("turns alternate between accounts wherever they call from, and between addresses whoever calls", async () => {
  const crowds: ((at: number) => Principal)[] = [
    () => ofAccount("busy", "192.0.2.1"),
    (at) => ofAccount("busy", `192.0.2.${at + 1}`),
    (at) => ofAccount(`account ${at}`, "192.0.2.1"),
    (at) => guest(`2001:db8:1:${at}::1`),
  ];
  for (const crowd of crowds) {
    const bench = new Bench();
    for (const at of many(50)) void bench.start(`busy ${at}`, crowd(at));
    void bench.start("other", ofAccount("other", "198.51.100.9"));
    await bench.finish();
    assert.ok(bench.begun.indexOf("other") <= 1, bench.begun.slice(0, 5).join());
    assert.equal(bench.begun.length, 51);
  }
});

test("a caller over the limit is refused, by account, address and IPv6 network", async () => {
  const bounds: [number, (at: number) => Principal][] = [
    [100, (at) => ofAccount("busy", `192.0.2.${at}`)],
    [100, (at) => ofAccount(`account ${at}`, "192.0.2.1")],
    [100, (at) => guest(`2001:db8:1:1::${at}`)],
    [200, (at) => guest(`2001:db8:1:${at.toString(16)}::1`)],
  ];
  for (const [most, crowd] of bounds) {
    const bench = new Bench();
    for (const at of many(most + 1)) void bench.start(`${at}`, crowd(at));
    await assert.rejects(bench.start("one more", crowd(250)), tooBusy);
    void bench.start("other", guest("198.51.100.9"));
    await bench.finish();
    assert.equal(bench.begun.length, most + 2);
  }
});

test("when all places are taken, whoever has most makes room for one with fewer", async () => {
  const bench = new Bench();
  const first = many(1001).map((at) => bench.start(`${at}`, guest(`192.0.2.${at % 10}`)));
  const other = bench.start("other", guest("198.51.100.9"));
  await assert.rejects(Promise.race(first), tooBusy);
  await bench.finish();
  await other;
  const outcomes = await Promise.allSettled(first);
  assert.equal(outcomes.filter(({ status }) => status === "rejected").length, 1);
  assert.equal(bench.begun.length, 1001);
});

test("callers who left are skipped and take no place", async () => {
  const bench = new Bench();
  const leaving = new AbortController();
  const gone = new Error("gone");
  void bench.start("first", guest("192.0.2.1"));
  const left = many(100).map((at) => bench.start(`${at}`, guest("192.0.2.1"), "make", leaving.signal));
  leaving.abort(gone);
  for (const each of left) await assert.rejects(each, gone);
  void bench.start("last", guest("192.0.2.1"));
  await bench.finish();
  assert.deepEqual(bench.begun, ["first", "last"]);
});

test("a signed-in caller neither waits behind strangers nor takes their places", async () => {
  for (const kind of ["make", "check"] as const) {
    const bench = new Bench();
    const atWork = kind === "make" ? 1 : 2;
    const address = (at: number) => `192.0.${Math.floor(at / 250)}.${at % 250}`;
    const strangers = many(1000 + atWork).map((at) => bench.start(`stranger ${at}`, guest(address(at)), kind));
    await assert.rejects(bench.start("one more", guest("198.51.100.9"), kind), tooBusy);
    // From an address that strangers are waiting at too.
    for (const at of many(3)) void bench.start(`known ${at}`, ofAccount(`account ${at}`, address(200)), kind);
    await bench.finish();
    await Promise.allSettled(strangers);
    const turns = many(3).map((at) => bench.begun.indexOf(`known ${at}`));
    assert.ok(Math.max(...turns) <= 8, `${kind}: ${turns.join()}`);
    assert.ok(bench.begun.slice(0, 8).filter((name) => name.startsWith("stranger")).length >= 4);
  }
});

test("a caller who has waited too long is refused", async () => {
  const bench = new Bench({ waitMs: 20 });
  void bench.start("first", guest("192.0.2.1"));
  await assert.rejects(bench.start("late", guest("192.0.2.2")), tooBusy);
  void bench.start("second", guest("192.0.2.1"));
  await bench.finish();
  assert.deepEqual(bench.begun, ["first", "second"]);
});
