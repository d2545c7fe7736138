import assert from "node:assert/strict";
import { test } from "node:test";
import { FloodLockError, NetworkError, TimeoutError } from "../errors.ts";
import type { HeldLock, Pacer } from "../pacing/pacer.ts";
import { askInTime, type Failed, type Locked, PacedExchange } from "./paced-exchange.ts";

const refusal = { endpoint: "file.ls", status: 403, messageText: "Flood detected" };
const locked: Locked = { kind: "lock", notice: { kind: "ip", retryAfterMs: 5000, isBan: false }, refusal };
const failed: Failed = { kind: "failure", error: new NetworkError("gone", {}), retryAfterMs: undefined };

/** What a pace was told, in its order. */
function recordingPace(admitted?: HeldLock) {
  const told: string[] = [];
  const pacer: Pacer = {
    admit: async () => {
      told.push("admit");
      return admitted;
    },
    noteLock: async ({ kind }) => {
      told.push("lock");
      return { kind, ms: 8000 };
    },
    noteAnswer: async () => void told.push("answer"),
    noteSilence: () => void told.push("silence"),
  };
  return { told, pace: { pacer, rate: undefined, intervals: [] } };
}

function exchange({ maxWaitMs = 10_000 } = {}) {
  const [slept, retries, waits]: [number[], number[], string[]] = [[], [], []];
  const clock = { now: () => 1000, sleep: async (ms: number) => void slept.push(ms) };
  const hooks = {
    onRetry: ({ attempt }: { attempt: number }) => void retries.push(attempt),
    onWait: ({ reason }: { reason: string }) => void waits.push(reason),
  };
  return { slept, retries, waits, exchange: new PacedExchange({ clock, maxWaitMs, hooks }) };
}

const callWith = (pace: ReturnType<typeof recordingPace>["pace"] | undefined) => ({
  endpoint: "file.ls",
  pace,
  signal: undefined,
});

test("the pace is told once how a call ended: by an answer, a lock, or silence", async () => {
  for (const [outcome, isAnswered, note] of [
    [{ kind: "answer" }, true, "answer"],
    [failed, true, "answer"],
    [failed, false, "silence"],
    [locked, true, "lock"],
  ] as const) {
    const { told, pace } = recordingPace();
    await exchange().exchange.attempt(callWith(pace), async () => ({ outcome, isAnswered }));
    assert.deepEqual(told, ["admit", note]);
  }
  const { told, pace } = recordingPace();
  await assert.rejects(
    exchange().exchange.attempt(callWith(pace), () => Promise.reject(new Error("no key"))),
    /no key/,
  );
  assert.deepEqual(told, ["admit", "silence"]);
});

test("a lock is reported with its end, and whether it exceeds the maximum wait", async () => {
  const send = async () => ({ outcome: locked, isAnswered: true });
  const { pace } = recordingPace();
  const waited = await exchange().exchange.attempt(callWith(pace), send);
  assert.equal(waited.lock?.isTooLong, false);
  assert.equal(waited.lock?.error.until.getTime(), 9000);
  const long = await exchange({ maxWaitMs: 7999 }).exchange.attempt(callWith(pace), send);
  assert.equal(long.lock?.isTooLong, true);
  // Without a pace nobody would wait for its end.
  const unpaced = await exchange().exchange.attempt(callWith(undefined), send);
  assert.deepEqual([unpaced.lock?.isTooLong, unpaced.lock?.error.retryAfterMs], [true, 5000]);
});

test("a call that is not let through is not sent", async () => {
  const { told, pace } = recordingPace({ kind: "ip", ms: 60_000 });
  const send = () => assert.fail("it was sent");
  await assert.rejects(exchange().exchange.attempt(callWith(pace), send), (error) => {
    assert.ok(error instanceof FloodLockError);
    assert.match(error.message, /Not sent\. The server has locked this caller out/);
    return error.until.getTime() === 61_000;
  });
  assert.deepEqual(told, ["admit"]);
});

test("a temporary failure is waited for and reported", async () => {
  const { exchange: exchanged, slept, retries, waits } = exchange();
  const call = { ...callWith(undefined), attempt: 3, failures: 1, retries: 1 };
  await exchanged.waitToRepeat({ ...failed, retryAfterMs: 4000 }, call);
  assert.deepEqual([slept, retries, waits], [[4000], [3], ["retry-after"]]);
  for (const [failure, given] of [
    [failed, { ...call, failures: 2 }],
    [{ ...failed, retryAfterMs: 10_001 }, call],
    [{ ...failed, error: new RangeError("a bug") }, call],
  ] as const) {
    await assert.rejects(exchanged.waitToRepeat(failure, given), (error) => error === failure.error);
  }
  assert.equal(slept.length, 1);
});

test("a query ends in time, and at once when its caller gives up", async () => {
  const who = { host: "host", who: "file.ls: host" };
  const never = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      const stop = () => reject(new Error("aborted", { cause: signal.reason }));
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  const late = await askInTime(never, { ...who, timeoutMs: 1, signal: undefined });
  assert.ok(late.answer === undefined && late.failure.error instanceof TimeoutError);
  assert.match(late.failure.error.message, /^file\.ls: host did not answer within 1 ms\.$/);
  const reason = new Error("stopped");
  const stopped = askInTime(never, { ...who, timeoutMs: 60_000, signal: AbortSignal.abort(reason) });
  await assert.rejects(stopped, (error) => error === reason);
  const broken = await askInTime(() => Promise.reject(new Error("cut")), {
    ...who,
    timeoutMs: 60_000,
    signal: undefined,
  });
  assert.ok(broken.answer === undefined && broken.failure.error instanceof NetworkError);
});
