import assert from "node:assert/strict";
import { test } from "node:test";
import type { ItemState } from "./upload-item.ts";
import { inOrder } from "./upload-order.ts";

test("lists failed files first, then those under way, those that wait and finished ones, each as they were chosen", () => {
  const states: ItemState[] = ["done", "cancelled", "sending", "waiting", "failed", "skipped", "verifying", "failed"];
  const items = states.map((state, id) => ({ id, state }));
  assert.deepEqual(
    inOrder(items).map(({ id }) => id),
    [4, 7, 2, 6, 3, 0, 1, 5],
  );
});
