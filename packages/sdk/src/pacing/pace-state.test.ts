import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addLock, decide, emptyPaceState, forgetLocks, type PaceState } from "./pace-state.ts";

const rate = { callsPerSecond: 2, burst: 1 };
const start = 1_000_000_000_000;
const listing = [{ name: "file.ls 7", ms: 30_000, per: "key" as const }];

function ask(state: PaceState, atMs: number, more: Partial<Parameters<typeof decide>[1]> = {}) {
  return decide(state, { lane: "a", now: { atMs: start + atMs }, rate, intervals: [], ...more });
}
const lockAt = (
  state: PaceState,
  atMs: number,
  notice: Partial<Parameters<typeof addLock>[1]["notice"]> = {},
  sentAtMs = atMs,
) =>
  addLock(state, {
    lane: "a",
    now: { atMs: start + atMs },
    sentAt: { atMs: start + sentAtMs },
    notice: { kind: "ip", retryAfterMs: undefined, isBan: false, ...notice },
  }).ms;

describe("a long lock", () => {
  const day = { retryAfterMs: 24 * 3_600_000 };

  it("is checked with one call an hour, and is over once that is answered", () => {
    const state = emptyPaceState();
    lockAt(state, 0, day);
    assert.equal(ask(state, 3_599_000).kind, "lock");
    assert.deepEqual(ask(state, 3_600_000), { kind: "go", hasStrikes: true });
    const others = ask(state, 3_600_500);
    assert.ok(others.kind === "lock" && others.lookInMs === 3_599_500, "the others wait for the result of the lookup");
    forgetLocks(state, "a", { atMs: start + 3_600_000 });
    assert.deepEqual(ask(state, 3_601_000), { kind: "go", hasStrikes: false });
  });

  it("continues, and counts once, if the check is refused", () => {
    const state = emptyPaceState();
    lockAt(state, 0, day);
    assert.equal(ask(state, 3_600_000).kind, "go");
    assert.equal(lockAt(state, 3_600_100, { retryAfterMs: 23 * 3_600_000 }, 3_600_000), 23 * 3_600_000 + 250);
    assert.equal(state.locks["host"]?.strikes, 1);
    assert.equal(ask(state, 7_199_000).kind, "lock");
    assert.equal(ask(state, 7_201_000).kind, "go");
  });

  it("is not over when a call sent before the check is answered", () => {
    const state = emptyPaceState();
    lockAt(state, 0, day);
    assert.equal(ask(state, 3_600_000).kind, "go");
    forgetLocks(state, "a", { atMs: start - 100 });
    assert.equal(ask(state, 3_601_000).kind, "lock");
  });
});

describe("the pace of calls", () => {
  it("lets one call through every half second", () => {
    const state = emptyPaceState();
    assert.equal(ask(state, 0).kind, "go");
    assert.deepEqual(ask(state, 100), { kind: "pace", ms: 400 });
    assert.equal(ask(state, 500).kind, "go");
    assert.deepEqual(ask(state, 500), { kind: "pace", ms: 500 });
  });

  it("allows a burst after a pause and never more", () => {
    const state = emptyPaceState();
    const burst = { rate: { callsPerSecond: 10, burst: 3 } };
    for (let call = 0; call < 3; call += 1) assert.equal(ask(state, 0, burst).kind, "go");
    assert.deepEqual(ask(state, 0, burst), { kind: "pace", ms: 100 });
    for (let call = 0; call < 3; call += 1) assert.equal(ask(state, 3_600_000, burst).kind, "go");
    assert.equal(ask(state, 3_600_000, burst).kind, "pace");
  });

  it("never exceeds the server's limit in any second, wherever its bucket starts", () => {
    const state = emptyPaceState();
    const own = { rate: { callsPerSecond: 3 * 0.9, burst: 1 } };
    const sent: number[] = [];
    for (let at = 0; at < 60_000; at += 1) if (ask(state, at, own).kind === "go") sent.push(at);
    assert.ok(sent.length > 150);
    for (const at of sent) assert.ok(sent.filter((each) => each >= at && each < at + 1000).length <= 3);
  });

  it("counts all of a user's keys together, as the server counts the address", () => {
    const state = emptyPaceState();
    assert.equal(ask(state, 0).kind, "go");
    assert.equal(ask(state, 0, { lane: "b" }).kind, "pace");
  });

  it("is not stopped by a clock set back", () => {
    const state = emptyPaceState();
    ask(state, 0);
    assert.deepEqual(ask(state, -3_600_000), { kind: "pace", ms: 500 });
    assert.equal(ask(state, -3_600_000 + 500).kind, "go");
  });
});

describe("intervals", () => {
  it("delay the same listing and no other, for each key", () => {
    const state = emptyPaceState();
    assert.equal(ask(state, 0, { intervals: listing }).kind, "go");
    assert.deepEqual(ask(state, 10_000, { intervals: listing }), { kind: "interval", ms: 20_500 });
    assert.equal(ask(state, 10_000, { intervals: [{ ...listing[0]!, name: "file.ls 8" }] }).kind, "go");
    assert.equal(ask(state, 20_000, { lane: "b", intervals: listing }).kind, "go");
    assert.equal(ask(state, 30_500, { intervals: listing }).kind, "go");
  });

  it("restart if the clock was set back, and end", () => {
    const state = emptyPaceState();
    ask(state, 0, { intervals: listing });
    assert.deepEqual(ask(state, -3_600_000, { intervals: listing }), { kind: "interval", ms: 30_500 });
    assert.equal(ask(state, -3_600_000 + 30_500, { intervals: listing }).kind, "pace");
    assert.equal(ask(state, -3_600_000 + 31_000, { intervals: listing }).kind, "go");
  });

  it("are forgotten once they have passed", () => {
    const state = emptyPaceState();
    for (let folder = 0; folder < 50; folder += 1) {
      ask(state, folder * 1000, { intervals: [{ ...listing[0]!, name: `file.ls ${folder}` }] });
    }
    assert.ok(Object.keys(state.marks).length <= 31);
  });
});

describe("locks", () => {
  it("take 30 s, then 60, then 120, and start again after an answer", () => {
    const state = emptyPaceState();
    assert.equal(lockAt(state, 0), 30_000);
    assert.equal(lockAt(state, 30_100), 60_000);
    assert.equal(lockAt(state, 90_200), 120_000);
    forgetLocks(state, "a", { atMs: start + 100_000 });
    assert.equal(ask(state, 100_000).kind, "lock");
    forgetLocks(state, "a", { atMs: start + 210_300 });
    assert.equal(lockAt(state, 220_000), 30_000);
  });

  it("count once for simultaneous calls", () => {
    const state = emptyPaceState();
    assert.equal(lockAt(state, 0), 30_000);
    assert.equal(lockAt(state, 200, {}, -100), 29_800);
    assert.equal(lockAt(state, 30_100), 60_000);
  });

  it("last as long as the server says, and an hour after a ban", () => {
    assert.equal(lockAt(emptyPaceState(), 0, { retryAfterMs: 5000 }), 5250);
    assert.equal(lockAt(emptyPaceState(), 0, { isBan: true }), 3_600_000);
  });

  it("of an address apply to every key, of a key only to that key", () => {
    const state = emptyPaceState();
    lockAt(state, 0, { kind: "key" });
    assert.equal(ask(state, 1000).kind, "lock");
    assert.equal(ask(state, 1000, { lane: "b" }).kind, "go");
    lockAt(state, 2000);
    assert.equal(ask(state, 3000, { lane: "b" }).kind, "lock");
  });

  it("are not extended by a clock set back", () => {
    const state = emptyPaceState();
    lockAt(state, 0);
    assert.deepEqual(ask(state, -3_600_000), { kind: "lock", lock: { kind: "ip", ms: 30_000 }, lookInMs: 30_000 });
    assert.deepEqual(ask(state, -3_590_000), { kind: "lock", lock: { kind: "ip", ms: 20_000 }, lookInMs: 20_000 });
    assert.equal(ask(state, -3_570_000).kind, "go");
  });
});

describe("a monotonic clock", () => {
  const minute = 60_000;
  /** By the wall clock and by the other one. */
  const moment = (atMs: number, steadyMs: number, clock = "this machine") => ({
    atMs: start + atMs,
    steady: { ms: steadyMs, clock },
  });
  const question = { lane: "a", rate: undefined, intervals: listing };

  it("decides on locks and intervals, wherever the wall clock was set", () => {
    for (const jump of [60 * minute, -24 * 60 * minute]) {
      const state = emptyPaceState();
      decide(state, { ...question, now: moment(0, 0) });
      assert.deepEqual(decide(state, { ...question, now: moment(jump, 10_000) }), { kind: "interval", ms: 20_500 });
      const notice = { kind: "ip", retryAfterMs: undefined, isBan: false } as const;
      addLock(state, { lane: "a", now: moment(0, 20_000), sentAt: moment(0, 20_000), notice });
      const lock = { kind: "ip", ms: 29_000 };
      assert.deepEqual(decide(state, { ...question, now: moment(jump, 21_000) }), {
        kind: "lock",
        lock,
        lookInMs: lock.ms,
      });
      assert.equal(decide(state, { ...question, now: moment(jump, 50_000) }).kind, "go");
    }
  });

  it("gives way to the wall clock after a reboot, and for another machine", () => {
    for (const later of [moment(10_000, 5), moment(10_000, 1_000_000, "another machine"), { atMs: start + 10_000 }]) {
      const state = emptyPaceState();
      decide(state, { ...question, now: moment(0, 900_000) });
      assert.deepEqual(decide(state, { ...question, now: later }), { kind: "interval", ms: 20_500 });
    }
  });

  it("keeps counting after a reboot with a wrong time", () => {
    const state = emptyPaceState();
    decide(state, { ...question, now: moment(0, 900_000) });
    assert.deepEqual(decide(state, { ...question, now: moment(-minute, 1000) }), { kind: "interval", ms: 30_500 });
    assert.deepEqual(decide(state, { ...question, now: moment(60 * minute, 11_000) }), {
      kind: "interval",
      ms: 20_500,
    });
  });

  it("keeps the newest locks of many keys, and the host's", () => {
    const state = emptyPaceState();
    const lock = (lane: string, kind: "ip" | "key") => {
      const notice = { kind, retryAfterMs: 60_000, isBan: false } as const;
      addLock(state, { lane, now: moment(0, 0), sentAt: moment(0, 0), notice });
    };
    lock("first", "ip");
    for (let count = 0; count < 1500; count++) lock(`key ${count}`, "key");
    assert.ok(Object.keys(state.locks).length <= 1002);
    assert.ok(state.locks["host"] !== undefined && state.locks["key 1499"] !== undefined);
    assert.equal(state.locks["key 0"], undefined);
  });
});
