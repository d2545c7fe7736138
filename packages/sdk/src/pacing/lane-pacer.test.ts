import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Wait } from "../client-options.ts";
import { momentOf } from "./clock.ts";
import { JumpingClock } from "./_jumping-clock.ts";
import { LanePacer } from "./lane-pacer.ts";
import { MemoryPaceStore } from "./pace-store.ts";
import type { PacedCall } from "./pacer.ts";

const ipLock = { kind: "ip", retryAfterMs: undefined, isBan: false } as const;

function setUp() {
  const clock = new JumpingClock();
  const store = new MemoryPaceStore();
  const lane = (name: string) => new LanePacer({ store, lane: name, clock });
  const startMs = clock.now();
  const call = (more: Partial<PacedCall> = {}): PacedCall => ({
    endpoint: "file.info",
    rate: { callsPerSecond: 2, burst: 1 },
    intervals: [],
    maxWaitMs: 600_000,
    signal: undefined,
    onWait: undefined,
    ...more,
  });
  return { clock, lane, call, elapsed: () => clock.now() - startMs };
}

describe("a lane", () => {
  it("lets calls through in order, half a second apart", async () => {
    const { lane, call, elapsed } = setUp();
    const pacer = lane("a");
    const passed: [number, number][] = [];
    await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        await pacer.admit(call());
        passed.push([number, elapsed()]);
      }),
    );
    assert.deepEqual(passed, [
      [1, 0],
      [2, 500],
      [3, 1000],
      [4, 1500],
    ]);
  });

  it("shares the pace with the host's other lanes", async () => {
    const { lane, call, elapsed } = setUp();
    await Promise.all(["a", "b", "a", "c"].map((name) => lane(name).admit(call())));
    assert.equal(elapsed(), 1500);
  });

  it("lets others pass while one waits for its interval", async () => {
    const { lane, call, elapsed } = setUp();
    const pacer = lane("a");
    const intervals = [{ name: "file.ls 7", ms: 30_000, per: "key" as const }];
    await pacer.admit(call({ intervals }));
    const waits: Wait[] = [];
    const second = pacer.admit(call({ intervals, onWait: (wait) => waits.push(wait) })).then(elapsed);
    const other = await pacer.admit(call()).then(elapsed);
    assert.equal(other, 500);
    assert.equal(await second, 30_500);
    assert.deepEqual(
      waits.map(({ reason }) => reason),
      ["interval"],
    );
  });

  it("refuses at once if an interval exceeds the maximum wait", async () => {
    const { lane, call, elapsed } = setUp();
    const intervals = [{ name: "file.ls -1", ms: 3_600_000, per: "key" as const }];
    const pacer = lane("a");
    await pacer.admit(call({ intervals }));
    assert.equal((await pacer.admit(call({ intervals })))?.isInterval, true);
    assert.equal(elapsed(), 0);
  });

  it("makes all callers wait out a lock together, and reports it once per client", async () => {
    const { lane, call, clock, elapsed } = setUp();
    const pacer = lane("a");
    const waits: Wait[] = [];
    const onWait = (wait: Wait) => waits.push(wait);
    await pacer.admit(call());
    await pacer.noteLock(ipLock, momentOf(clock));
    const passed: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async () => {
        assert.equal(await pacer.admit(call({ onWait })), undefined);
        passed.push(elapsed());
        await pacer.noteAnswer(momentOf(clock), []);
      }),
    );
    assert.deepEqual(passed, [30_000, 30_500, 31_000]);
    const locks = waits.filter(({ reason }) => reason === "flood-lock");
    assert.deepEqual([...new Set(locks.map(({ ms }) => ms))], [30_000]);
    assert.equal(locks[0]?.endpoint, "file.info");
  });

  it("sends one call after a lock and waits for its answer before any other", async () => {
    const { lane, call, clock, elapsed } = setUp();
    const pacer = lane("a");
    await pacer.admit(call());
    await pacer.noteLock(ipLock, momentOf(clock));
    const passed: number[] = [];
    const others = [1, 2].map(() => pacer.admit(call()).then(() => passed.push(elapsed())));
    await others[0];
    await clock.sleep(10_000);
    assert.deepEqual(passed, [30_000]);
    await pacer.noteLock(ipLock, momentOf(clock));
    await others[1];
    assert.deepEqual(passed, [30_000, 100_000]);
  });

  it("refuses at once a caller who will not wait that long, and keeps the others waiting", async () => {
    const { lane, call, clock, elapsed } = setUp();
    const pacer = lane("a");
    await pacer.noteLock({ ...ipLock, retryAfterMs: 300_000 }, momentOf(clock));
    const patient = pacer.admit(call()).then(elapsed);
    const lock = await pacer.admit(call({ maxWaitMs: 1000 }));
    assert.equal(elapsed(), 0);
    assert.equal(lock?.ms, 300_250);
    assert.equal(await patient, 300_250);
  });

  it("drops an aborted call and gives its turn to the next", async () => {
    const { lane, call, elapsed } = setUp();
    const pacer = lane("a");
    await pacer.admit(call());
    const control = new AbortController();
    const aborted = assert.rejects(pacer.admit(call({ signal: control.signal })), /enough/);
    const next = pacer.admit(call()).then(elapsed);
    control.abort(new Error("enough"));
    await aborted;
    assert.equal(await next, 500);
  });

  it("fails only the call whose hook throws", async () => {
    const { lane, call } = setUp();
    const pacer = lane("a");
    await pacer.admit(call());
    const failing = pacer.admit(
      call({
        onWait: () => {
          throw new Error("hook");
        },
      }),
    );
    const next = pacer.admit(call());
    await assert.rejects(failing, /hook/);
    assert.equal(await next, undefined);
  });
});
