import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { mapBounded } from "./bounded.ts";

suite("work for many items", () => {
  test("runs in parallel up to a limit, and answers in order", async () => {
    let [running, most] = [0, 0];
    const results = await mapBounded([5, 1, 4, 2, 3, 0], 3, async (turns) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      running--;
      return turns * 2;
    });
    assert.deepEqual(results, [10, 2, 8, 4, 6, 0]);
    assert.equal(most, 3);
    assert.deepEqual(await mapBounded([], 3, async () => 1), []);
  });

  test("starts nothing more after a failure, and waits for what is running", async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = mapBounded([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await nextTurn();
      if (item === 1) throw new Error("no more");
      await nextTurn();
      ended++;
    });
    await assert.rejects(work, /no more/);
    assert.ok(begun.length < 5, `${begun.length} begun`);
    assert.equal(ended, begun.length - 1);
  });
});
