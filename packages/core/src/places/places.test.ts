import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type PlaceLimits, Places } from "./places.ts";

const limits = {
  waitMs: 60_000,
  total: 4,
  perSubject: 2,
  perNetwork: 3,
  waitingTotal: 4,
  waitingPerSubject: 2,
  waitingPerNetwork: 3,
};
const full = new Error("no room");
/** Callers still waiting at the end would keep the process alive. */
const end = new AbortController();
after(() => end.abort());

/** Who gets a place, in that order, and who is refused; subjects are named `network/subject number`. */
function queue(options: Partial<PlaceLimits> = {}) {
  const places = new Places<undefined>({ ...limits, ...options }, () => full);
  const given = new Map<string, Disposable>();
  const refused: string[] = [];
  const take = (name: string, signal = end.signal) => {
    const [id = ""] = name.split(" ");
    const [network = ""] = id.split("/");
    return places.take({ id, network }, undefined, signal).then(
      (place) => void given.set(name, place),
      (error: unknown) => {
        if (error !== full && error !== signal.reason) throw error;
        refused.push(name);
      },
    );
  };
  /** Resolves for those that neither wait nor are still on their way. */
  const takeAll = async (...names: string[]) => {
    for (const name of names) void take(name);
    await setImmediate();
  };
  const leave = async (name: string) => {
    given.get(name)?.[Symbol.dispose]();
    await setImmediate();
  };
  return { take, takeAll, leave, refused, given: () => [...given.keys()] };
}

test("no network has all places, and a free one goes to the network with fewest", async () => {
  const { takeAll, leave, given } = queue();
  await takeAll("a/1 first", "a/1 second", "a/2 first", "a/3 first", "b/1 first");
  assert.deepEqual(given(), ["a/1 first", "a/1 second", "a/2 first", "b/1 first"]);
  await takeAll("c/1 first");
  await leave("a/1 first");
  assert.equal(given().at(-1), "c/1 first", "although somebody from another network came first");
  await leave("a/2 first");
  assert.equal(given().at(-1), "a/3 first");
});

test("in a full queue, a newcomer displaces the last entry of whoever has most", async () => {
  const { takeAll, refused, given } = queue();
  await takeAll("a/1 1", "a/1 2", "b/1 1", "b/1 2");
  await takeAll("a/1 3", "a/1 4", "b/1 3", "b/1 4");
  assert.equal(given().length, 4);
  await takeAll("c/1 1");
  assert.deepEqual(refused, ["b/1 4"]);
  await takeAll("d/1 1");
  assert.deepEqual(refused, ["b/1 4", "a/1 4"]);
  await takeAll("e/1 1");
  assert.deepEqual(refused.slice(2), ["e/1 1"], "nobody is displaced if nobody has two");
});

test("many addresses of one network displace each other and nobody else", async () => {
  const { takeAll, refused } = queue();
  await takeAll("a/1 1", "a/2 1", "a/3 1", "b/1 1");
  await takeAll("a/4 1", "a/4 2", "a/5 1", "b/1 2");
  await takeAll("a/6 1");
  assert.deepEqual(refused, ["a/4 2"], "their network already has its share of the queue");
  await takeAll("a/7 1");
  assert.deepEqual(refused, ["a/4 2", "a/7 1"]);
  await takeAll("c/1 1");
  assert.deepEqual(refused.slice(2), ["a/6 1"], "a newcomer from another network displaces one of them");
});

test("a caller who has left stops waiting, and a place is returned once", async () => {
  const { take, takeAll, leave, refused, given } = queue();
  await takeAll("a/1 1", "a/1 2", "b/1 1", "b/1 2");
  const gone = new AbortController();
  const waiting = take("c/1 1", gone.signal);
  await takeAll("d/1 1", "e/1 1");
  gone.abort(new Error("gone"));
  await waiting;
  assert.deepEqual(refused, ["c/1 1"]);
  await leave("a/1 1");
  await leave("a/1 1");
  assert.deepEqual(given().slice(4), ["d/1 1"]);
});

test("a caller who has waited too long is refused and leaves the queue", async () => {
  const { take, takeAll, leave, refused, given } = queue({ waitMs: 20 });
  await takeAll("a/1 1", "a/1 2", "b/1 1", "b/1 2");
  // One of each: nobody has more than a newcomer, so nobody can be displaced.
  await Promise.all(["c/1 1", "d/1 1", "e/1 1", "f/1 1"].map((name) => take(name)));
  assert.deepEqual(refused, ["c/1 1", "d/1 1", "e/1 1", "f/1 1"]);
  const late = take("g/1 1");
  await leave("a/1 1");
  await late;
  assert.deepEqual(given().slice(4), ["g/1 1"]);
});
