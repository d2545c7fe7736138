import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../ports/clock.ts";
import { MemoryRateLimiter } from "../ports/memory-rate-limiter.ts";
import type { FloodLock } from "./flood-lock.ts";
import { HeldLocks } from "./held-locks.ts";

const HOUR_MS = 3_600_000;

function lockOf(subject: string, lockedAt: Date): FloodLock {
  const lockedUntil = new Date(lockedAt.getTime() + HOUR_MS);
  return {
    id: `lock of ${subject}`,
    kind: "ip",
    subject,
    reason: "guesses",
    lockedAt,
    lockedUntil,
    releasedAt: undefined,
  };
}

/** An earlier run of the server has locked this many addresses, `address 0` and so on. */
function locked(count: number) {
  const clock = new VirtualClock();
  const locks = new Map(
    Array.from({ length: count }, (_, at) => [`address ${at}`, lockOf(`address ${at}`, clock.now())]),
  );
  const counts = { rows: 0, looks: 0 };
  const passed = <T extends readonly FloodLock[]>(found: T): T => {
    counts.looks += 1;
    counts.rows += found.length;
    return found;
  };
  const floodLocks = {
    findLast: async () => passed([...locks.values()].slice(-1))[0],
    listRecent: async (_kind: FloodLock["kind"], subject: string) =>
      passed([locks.get(subject)].filter((lock) => lock !== undefined)),
    reschedule: async () => undefined,
  };
  const held = new HeldLocks({ database: { floodLocks }, limiter: new MemoryRateLimiter(clock), clock });
  const isLocked = async (subject: string) => (await held.isAny()) && (await held.find("ban", subject)) !== undefined;
  return { held, clock, counts, isLocked };
}

test("a call reads only its own caller's locks, however many others are locked", async () => {
  const { clock, counts, isLocked } = locked(5000);
  for (let second = 0; second < 3; second++) {
    assert.equal(await isLocked("address 4000"), true);
    assert.equal(await isLocked("a stranger"), false);
    clock.advance(1000);
  }
  assert.ok(counts.rows <= 3 * 2, `${counts.rows} rows`);
});

test("callers at the same time, and within a second, share one query", async () => {
  const { counts, isLocked } = locked(5000);
  const answers = await Promise.all(Array.from({ length: 100 }, () => isLocked("address 1")));
  answers.push(await isLocked("address 1"));
  assert.ok(answers.every(Boolean));
  assert.equal(counts.looks, 2);
});

test("the maximum number of callers takes bounded memory, and each stays locked out", async () => {
  const { held, isLocked } = locked(12_000);
  for (let at = 0; at < 12_000; at++) assert.equal(await isLocked(`address ${at}`), true);
  assert.ok(held.subjectCount <= 10_000, `${held.subjectCount} are remembered`);
  assert.equal(await isLocked("address 0"), true);
});

test("while nobody is locked out, a call reads nothing about its caller", async () => {
  const { counts, isLocked } = locked(0);
  assert.equal(await isLocked("a stranger"), false);
  assert.equal(counts.looks, 1);
});
