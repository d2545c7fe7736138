import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDomainError } from "../errors.ts";
import { type Locker, mostWaiting } from "../ports/locker.ts";

/** A locker without any held locks. */
export interface OpenedLocker {
  locker: Locker;
  /** Lets this much time pass for leases: moves a virtual clock, or really waits. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

type Run = (locker: Locker, pass: OpenedLocker["pass"]) => Promise<void>;

const LONG_MS = 60_000;
/** Short, for a locker that really waits. */
const SHORT_MS = 100;

/** Registers the tests that every {@link Locker} passes. */
export function lockerSuite(name: string, open: () => Promise<OpenedLocker>): void {
  const withLocker = (run: Run) => async (): Promise<void> => {
    const { locker, pass, close } = await open();
    try {
      await run(locker, pass);
    } finally {
      await close();
    }
  };
  describe(`${name} as a locker`, () => {
    describe("holding", () => holdingTests(withLocker));
    describe("leases", () => leaseTests(withLocker));
    describe("places", () => placeTests(withLocker));
    describe("turns", () => turnTests(withLocker));
  });
}

function holdingTests(withLocker: (run: Run) => () => Promise<void>): void {
  test(
    "reports how many locks of a name are held",
    withLocker(async (locker, pass) => {
      assert.equal(await locker.countHeld("counted"), 0);
      const first = await locker.tryAcquire("counted", LONG_MS, 2);
      await locker.tryAcquire("counted", SHORT_MS, 2);
      assert.equal(await locker.countHeld("counted"), 2);
      await pass(SHORT_MS + 1);
      assert.equal(await locker.countHeld("counted"), 1);
      await first?.release();
      assert.equal(await locker.countHeld("counted"), 0);
      assert.equal(await locker.countHeld("another"), 0);
    }),
  );
  test(
    "gives a lock to one holder at a time",
    withLocker(async (locker) => {
      const lock = await locker.tryAcquire("a", LONG_MS);
      assert.ok(lock);
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      await lock.release();
      assert.ok(await locker.tryAcquire("a", LONG_MS));
    }),
  );
  test(
    "gives a lock to one of many who ask at once",
    withLocker(async (locker) => {
      const locks = await Promise.all(Array.from({ length: 30 }, () => locker.tryAcquire("a", LONG_MS)));
      assert.equal(locks.filter((lock) => lock !== undefined).length, 1);
    }),
  );
  test(
    "keeps names separate",
    withLocker(async (locker) => {
      for (const name of ["a", "A", "a:b", "a/b", "", "é"]) assert.ok(await locker.tryAcquire(name, LONG_MS), name);
    }),
  );
  test(
    "releases at the end of a block",
    withLocker(async (locker) => {
      {
        await using lock = await locker.tryAcquire("a", LONG_MS);
        assert.ok(lock);
      }
      assert.ok(await locker.tryAcquire("a", LONG_MS));
    }),
  );
}

function leaseTests(withLocker: (run: Run) => () => Promise<void>): void {
  test(
    "end on their own",
    withLocker(async (locker, pass) => {
      assert.ok(await locker.tryAcquire("a", SHORT_MS));
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      await pass(2 * SHORT_MS);
      assert.ok(await locker.tryAcquire("a", LONG_MS));
    }),
  );
  test(
    "take nothing from the next holder when released after their end",
    withLocker(async (locker, pass) => {
      const late = await locker.tryAcquire("a", SHORT_MS);
      await pass(2 * SHORT_MS);
      assert.ok(await locker.tryAcquire("a", LONG_MS));
      await late?.release();
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
    }),
  );
  test(
    "take nothing from the next holder when released twice",
    withLocker(async (locker) => {
      const first = await locker.tryAcquire("a", LONG_MS);
      await first?.release();
      const second = await locker.tryAcquire("a", LONG_MS);
      await first?.release();
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      await second?.release();
    }),
  );
  test(
    "last longer if renewed in time",
    withLocker(async (locker, pass) => {
      const lock = await locker.tryAcquire("a", SHORT_MS);
      assert.equal(await lock?.renew(LONG_MS), true);
      await pass(2 * SHORT_MS);
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      assert.equal(await lock?.renew(SHORT_MS), true);
      await pass(2 * SHORT_MS);
      assert.ok(await locker.tryAcquire("a", LONG_MS), "and shorter too");
    }),
  );
  test(
    "can be renewed after their end only while nobody has the place",
    withLocker(async (locker, pass) => {
      const late = await locker.tryAcquire("a", SHORT_MS);
      await pass(2 * SHORT_MS);
      assert.equal(await late?.renew(SHORT_MS), true);
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      await pass(2 * SHORT_MS);
      const next = await locker.tryAcquire("a", LONG_MS);
      assert.ok(next);
      assert.equal(await late?.renew(LONG_MS), false);
      await next.release();
      assert.equal(await next.renew(LONG_MS), false, "a released lock stays released");
      assert.ok(await locker.tryAcquire("a", LONG_MS));
    }),
  );
}

function placeTests(withLocker: (run: Run) => () => Promise<void>): void {
  test(
    "are as many as requested, among all who ask at once",
    withLocker(async (locker) => {
      const locks = await Promise.all(Array.from({ length: 30 }, () => locker.tryAcquire("a", LONG_MS, 4)));
      const held = locks.filter((lock) => lock !== undefined);
      assert.equal(held.length, 4);
      assert.equal(await locker.tryAcquire("a", LONG_MS, 4), undefined);
      await held[2]?.release();
      assert.ok(await locker.tryAcquire("a", LONG_MS, 4));
      assert.equal(await locker.tryAcquire("a", LONG_MS, 4), undefined);
      assert.equal(await locker.tryAcquire("a", LONG_MS, 3), undefined, "a caller that allows fewer");
      assert.ok(await locker.tryAcquire("a", LONG_MS, 5), "a caller that allows more");
      assert.ok(await locker.tryAcquire("a", LONG_MS, Infinity), "a caller that allows any number");
    }),
  );
  test(
    "have their own leases",
    withLocker(async (locker, pass) => {
      const late = await locker.tryAcquire("a", SHORT_MS, 2);
      const long = await locker.tryAcquire("a", LONG_MS, 2);
      assert.ok(late && long);
      await pass(2 * SHORT_MS);
      assert.ok(await locker.tryAcquire("a", LONG_MS, 2));
      assert.equal(await late.renew(LONG_MS), false);
      await late.release();
      assert.equal(await locker.tryAcquire("a", LONG_MS, 2), undefined);
      assert.equal(await long.renew(LONG_MS), true);
    }),
  );
}

function turnTests(withLocker: (run: Run) => () => Promise<void>): void {
  test(
    "come in the order of the requests, and other names do not wait",
    withLocker(async (locker) => {
      const log: string[] = [];
      const gate = Promise.withResolvers<void>();
      const first = locker.inTurn("a", async () => {
        log.push("first begins");
        await gate.promise;
        log.push("first ends");
      });
      const later = ["second", "third"].map((name) => locker.inTurn("a", async () => void log.push(name)));
      await locker.inTurn("b", async () => void log.push("other"));
      assert.ok(await locker.tryAcquire("a", LONG_MS), "a lock with the same name is independent");
      gate.resolve();
      await Promise.all([first, ...later]);
      assert.deepEqual(log, ["first begins", "other", "first ends", "second", "third"]);
    }),
  );
  test(
    "continue with the next one after a failure, and return or throw what the work did",
    withLocker(async (locker) => {
      const failure = new Error("no");
      const failing = locker.inTurn("a", () => Promise.reject(failure));
      const next = locker.inTurn("a", async () => "yes");
      await assert.rejects(failing, (error) => error === failure);
      assert.equal(await next, "yes");
    }),
  );
  test(
    "are limited in waiting callers per name, and more are refused at once",
    withLocker(async (locker) => {
      const gate = Promise.withResolvers<void>();
      const ask = () => locker.inTurn("a", () => gate.promise);
      const asked = Array.from({ length: 1 + mostWaiting.perName }, ask);
      await assert.rejects(ask(), (error) => isDomainError(error, "too-busy"));
      assert.equal(await locker.inTurn("b", async () => "yes"), "yes", "another name has its own limit");
      gate.resolve();
      await Promise.all(asked);
      await ask();
    }),
  );
  test(
    "are not kept for a caller who has left, but go to others",
    withLocker(async (locker) => {
      const gate = Promise.withResolvers<void>();
      const first = locker.inTurn("a", () => gate.promise);
      const gone = new AbortController();
      const reason = new Error("gone");
      let hasRun = false;
      const work = async () => void (hasRun = true);
      const left = Array.from({ length: mostWaiting.perName }, () => locker.inTurn("a", work, gone.signal));
      const refused = left.map((each) => assert.rejects(each, (error) => error === reason));
      gone.abort(reason);
      await Promise.all(refused);
      await assert.rejects(locker.inTurn("c", work, gone.signal), (error) => error === reason);
      const next = locker.inTurn("a", async () => "yes");
      gate.resolve();
      await first;
      assert.equal(await next, "yes");
      assert.equal(hasRun, false);
    }),
  );
  test(
    "of a few names never use up the room of other names with the same first word or another",
    withLocker(async (locker) => {
      const gate = Promise.withResolvers<void>();
      const work = () => gate.promise;
      const names = Array.from({ length: mostWaiting.perWord / mostWaiting.perName }, (_, at) => `a ${at}`);
      const crowd = names.flatMap((name) =>
        Array.from({ length: 1 + mostWaiting.perName }, () => locker.inTurn(name, work)),
      );
      const first = locker.inTurn("a newcomer", work);
      const waiting = locker.inTurn("a newcomer", work);
      await assert.rejects(Promise.race(crowd), (error) => isDomainError(error, "too-busy"));
      const others = [1, 2].map(() => locker.inTurn("b newcomer", work));
      gate.resolve();
      await Promise.all([first, waiting, ...others]);
      const outcomes = await Promise.allSettled(crowd);
      assert.equal(outcomes.filter(({ status }) => status === "rejected").length, 1);
    }),
  );
}
