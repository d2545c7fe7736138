import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { BatchedWork } from "./batched-work.ts";

/** Records what was done together, and how many at once. */
function batchedWork(most: number) {
  const done: (readonly number[])[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const batched = new BatchedWork<number>(most, async (items) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await nextTurn();
    underWay -= 1;
    if (items.includes(13)) throw new Error("unlucky");
    done.push(items);
  });
  return { batched, done, mostUnderWay: () => mostUnderWay };
}

test("requests made while the work is running are done together, in order, up to a maximum", async () => {
  const { batched, done, mostUnderWay } = batchedWork(3);
  await Promise.all([1, 2, 3, 4, 5, 6].map((item) => batched.add(item)));
  assert.deepEqual(done, [[1], [2, 3, 4], [5, 6]]);
  assert.equal(mostUnderWay(), 1);
  await batched.add(7);
  assert.deepEqual(done.at(-1), [7]);
});

test("a failure is reported to the requests it belongs to, and the others continue", async () => {
  const { batched, done } = batchedWork(2);
  const ends = await Promise.allSettled([1, 12, 13, 14, 15].map((item) => batched.add(item)));
  assert.deepEqual(
    ends.map(({ status }) => status),
    ["fulfilled", "rejected", "rejected", "fulfilled", "fulfilled"],
  );
  assert.deepEqual(done, [[1], [14, 15]]);
});
