import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { rowPace } from "./row-pace.ts";

/** Longer than a turn. */
const LONG_MS = 20;

test("a statement that uses up a whole turn leaves none for the next one", async () => {
  await nextTurn();
  const order: string[] = [];
  const statement = (name: string, lastsMs: number) =>
    rowPace.run(() => {
      const beganAt = performance.now();
      while (performance.now() - beganAt < lastsMs);
      rowPace.spend(1, 0);
      order.push(name);
    });
  const others = nextTurn().then(() => order.push("others"));
  const both = [statement("long", LONG_MS), statement("next", 0)];
  await Promise.all([...both, others]);
  assert.deepEqual(order, ["long", "others", "next"]);
});
