import assert from "node:assert/strict";
import { test } from "node:test";
import { ListingSlots, slotLimits } from "./listing-slots.ts";

const limits = { ...slotLimits, total: 3, perSubject: 2, waitingTotal: 3, waitingPerSubject: 2 };
const isBusy = { name: "RequestError", wire: "serverBusy" };

/** Notes in which order places were given. */
function waiters(slots: ListingSlots) {
  const given: string[] = [];
  const held = new Map<string, Disposable>();
  return {
    given,
    held,
    take: async (subject: string, name = subject) => {
      const slot = await slots.take(subject);
      given.push(name);
      held.set(name, slot);
    },
  };
}

test("gives so many places to one caller and to all, and to the others in their order", async () => {
  const { take, given, held } = waiters(new ListingSlots(limits));
  await take("a", "a1");
  await take("a", "a2");
  const third = take("a", "a3");
  await take("b", "b1");
  const later = take("c", "c1");
  assert.deepEqual(given, ["a1", "a2", "b1"]);
  held.get("b1")?.[Symbol.dispose]();
  await later;
  assert.deepEqual(given, ["a1", "a2", "b1", "c1"], "a caller with all its places waits, another does not");
  held.get("a1")?.[Symbol.dispose]();
  held.get("a1")?.[Symbol.dispose]();
  await third;
  const fourth = take("d", "d1");
  held.get("c1")?.[Symbol.dispose]();
  await fourth;
  assert.deepEqual(given, ["a1", "a2", "b1", "c1", "a3", "d1"]);
});

test("refuses whoever would wait behind too many", async () => {
  const slots = new ListingSlots(limits);
  const { take, held } = waiters(slots);
  for (const name of ["a1", "a2"]) await take("a", name);
  const waiting = [take("a", "a3"), take("a", "a4")];
  await assert.rejects(slots.take("a"), isBusy);
  await take("b", "b1");
  waiting.push(take("c", "c1"));
  await assert.rejects(slots.take("d"), isBusy);
  for (const name of ["a1", "a2", "b1"]) held.get(name)?.[Symbol.dispose]();
  await Promise.all(waiting.slice(0, 3));
});

test("refuses whoever has waited too long, and forgets them", async () => {
  const slots = new ListingSlots({ ...limits, perSubject: 1, waitMs: 20 });
  const first = await slots.take("a");
  await assert.rejects(slots.take("a"), isBusy);
  first[Symbol.dispose]();
  (await slots.take("a"))[Symbol.dispose]();
});
