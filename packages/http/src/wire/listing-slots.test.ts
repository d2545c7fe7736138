import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { ListingSlots, type RunningListing, slotLimits } from "./listing-slots.ts";

const limits = { ...slotLimits, total: 3, perSubject: 2, perNetwork: 3, waitingTotal: 3, waitingPerSubject: 2 };
const caller = (id: string, network = id) => ({ id, network });
const isBusy = { name: "RequestError", wire: "serverBusy" };

const keepsUp: RunningListing = { isBehind: () => false, cut: () => assert.fail("cut although its reader keeps up") };

/** Records the order in which slots were given. */
function waiters(slots: ListingSlots) {
  const given: string[] = [];
  const held = new Map<string, Disposable>();
  return {
    given,
    held,
    take: async (subject: string, name = subject, listing: RunningListing = keepsUp) => {
      const slot = await slots.take(caller(subject), listing);
      given.push(name);
      held.set(name, slot);
    },
  };
}

test("gives a limited number of places to one caller and to all, and then to the next in order", async () => {
  const { take, given, held } = waiters(new ListingSlots(limits));
  await take("a", "a1");
  await take("a", "a2");
  const third = take("a", "a3");
  await take("b", "b1");
  const later = take("c", "c1");
  assert.deepEqual(given, ["a1", "a2", "b1"]);
  held.get("b1")?.[Symbol.dispose]();
  await later;
  assert.deepEqual(given, ["a1", "a2", "b1", "c1"], "a caller that has all its slots waits, another does not");
  held.get("a1")?.[Symbol.dispose]();
  held.get("a1")?.[Symbol.dispose]();
  await third;
  const fourth = take("d", "d1");
  held.get("c1")?.[Symbol.dispose]();
  await fourth;
  assert.deepEqual(given, ["a1", "a2", "b1", "c1", "a3", "d1"]);
});

test("gives a free place to the caller with fewest", async () => {
  const { take, given, held } = waiters(new ListingSlots({ ...limits, perSubject: 3 }));
  for (const name of ["a1", "a2", "b1"]) await take(name.slice(0, 1), name);
  const waiting = [take("a", "a3"), take("b", "b2"), take("c", "c1")];
  for (const name of ["b1", "a1", "a2"]) {
    held.get(name)?.[Symbol.dispose]();
    await setImmediate();
  }
  await Promise.all(waiting);
  assert.deepEqual(given.slice(3), ["b2", "c1", "a3"]);
});

/** When cut, it releases its slot, like a listing. */
function cuttable(held: Map<string, Disposable>, name: string, cut: string[], isBehind: boolean): RunningListing {
  return {
    isBehind: () => isBehind,
    cut: () => {
      cut.push(name);
      void setImmediate().then(() => held.get(name)?.[Symbol.dispose]());
    },
  };
}

test("a listing with a slow reader makes room, but no more than are waiting", async () => {
  const { take, given, held } = waiters(new ListingSlots({ ...limits, lookMs: 5 }));
  const cut: string[] = [];
  await take("a", "a1");
  await take("b", "b1", cuttable(held, "b1", cut, true));
  await take("c", "c1", cuttable(held, "c1", cut, true));
  await take("d", "d1");
  assert.deepEqual([cut, given], [["b1"], ["a1", "b1", "c1", "d1"]]);
});

test("one of a caller's several listings makes room for somebody without one, but not the last", async () => {
  const { take, held } = waiters(new ListingSlots({ ...limits, undisturbedMs: 0, lookMs: 5, waitMs: 200 }));
  const cut: string[] = [];
  for (const name of ["a1", "a2", "b1"]) await take(name.slice(0, 1), name, cuttable(held, name, cut, false));
  await take("c", "c1", cuttable(held, "c1", cut, false));
  assert.deepEqual(cut, ["a1"]);
  await assert.rejects(take("d", "d1"), isBusy);
  assert.deepEqual(cut, ["a1"]);
});

test("a few callers do not fill the queue for others", async () => {
  const slots = new ListingSlots(limits);
  const { take, held } = waiters(slots);
  for (const name of ["a1", "a2", "b1"]) await take(name.slice(0, 1), name);
  const [third, fourth] = [take("a", "a3"), take("a", "a4")];
  const [second, newcomer] = [take("b", "b2"), take("c", "c1")];
  await assert.rejects(fourth, isBusy);
  await assert.rejects(take("d", "d1"), isBusy);
  for (const name of ["a1", "a2", "b1"]) held.get(name)?.[Symbol.dispose]();
  await Promise.all([third, second, newcomer]);
});

test("refuses a caller behind too many others", async () => {
  const slots = new ListingSlots(limits);
  const { take, held } = waiters(slots);
  for (const name of ["a1", "a2"]) await take("a", name);
  const waiting = [take("a", "a3"), take("a", "a4")];
  await assert.rejects(slots.take(caller("a"), keepsUp), isBusy);
  for (const name of ["a1", "a2"]) held.get(name)?.[Symbol.dispose]();
  await Promise.all(waiting);
});

test("refuses and forgets a caller who has waited too long", async () => {
  const slots = new ListingSlots({ ...limits, perSubject: 1, waitMs: 20 });
  const first = await slots.take(caller("a"), keepsUp);
  await assert.rejects(slots.take(caller("a"), keepsUp), isBusy);
  first[Symbol.dispose]();
  (await slots.take(caller("a"), keepsUp))[Symbol.dispose]();
});

test("guests of many addresses of one network make room for another network, except for the last", async () => {
  const options = { ...limits, perSubject: 1, undisturbedMs: 0, lookMs: 5, waitMs: 200 };
  const slots = new ListingSlots(options);
  const held = new Map<string, Disposable>();
  const cut: string[] = [];
  const take = async (name: string, network: string) => {
    held.set(name, await slots.take(caller(name, network), cuttable(held, name, cut, false)));
  };
  for (const name of ["a1", "a2", "a3"]) await take(name, "a");
  await take("b1", "b");
  await assert.rejects(take("a4", "a"), isBusy);
  await take("c1", "c");
  await assert.rejects(take("d1", "d"), isBusy);
  assert.deepEqual(cut, ["a1", "a2"]);
});

test("a caller who has left stops waiting", async () => {
  const slots = new ListingSlots({ ...limits, perSubject: 1 });
  const first = await slots.take(caller("a"), keepsUp);
  const gone = new AbortController();
  const waiting = slots.take(caller("a"), keepsUp, gone.signal);
  gone.abort(new Error("gone"));
  await assert.rejects(waiting, gone.signal.reason);
  first[Symbol.dispose]();
  (await slots.take(caller("a"), keepsUp))[Symbol.dispose]();
});
