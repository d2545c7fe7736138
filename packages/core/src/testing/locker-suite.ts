import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Locker } from "../ports/locker.ts";

/** A locker on which nothing is held. */
export interface OpenedLocker {
  locker: Locker;
  /** Lets that much time pass for leases: turns a virtual clock, or really waits. */
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
  });
}

function holdingTests(withLocker: (run: Run) => () => Promise<void>): void {
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
    "keeps names apart",
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
    "end by themselves",
    withLocker(async (locker, pass) => {
      assert.ok(await locker.tryAcquire("a", SHORT_MS));
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      await pass(2 * SHORT_MS);
      assert.ok(await locker.tryAcquire("a", LONG_MS));
    }),
  );
  test(
    "that ended take nothing from the next holder when they are released",
    withLocker(async (locker, pass) => {
      const late = await locker.tryAcquire("a", SHORT_MS);
      await pass(2 * SHORT_MS);
      assert.ok(await locker.tryAcquire("a", LONG_MS));
      await late?.release();
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
    }),
  );
  test(
    "released twice take nothing from the next holder",
    withLocker(async (locker) => {
      const first = await locker.tryAcquire("a", LONG_MS);
      await first?.release();
      const second = await locker.tryAcquire("a", LONG_MS);
      await first?.release();
      assert.equal(await locker.tryAcquire("a", LONG_MS), undefined);
      await second?.release();
    }),
  );
}
