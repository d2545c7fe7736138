import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedFolder } from "@consigne/sdk";
import { inOrder, receivedOrders } from "./received-order.ts";

const folder = (name: string, owner: string, day: number) =>
  ({ name, owner, date: new Date(Date.UTC(2026, 0, day)) }) as ReceivedFolder;

test("received folders are sorted by name, owner or date, and by name among equals", () => {
  const folders = [folder("b 10", "ann", 2), folder("é", "ann", 1), folder("b 9", "zoé", 2), folder("f", "bob", 3)];
  const names = receivedOrders.map((order) => inOrder(folders, order, "fr").map(({ name }) => name));
  assert.deepEqual(names, [
    ["b 9", "b 10", "é", "f"],
    ["f", "é", "b 10", "b 9"],
    ["b 10", "é", "f", "b 9"],
    ["f", "b 10", "b 9", "é"],
    ["é", "b 9", "b 10", "f"],
  ]);
  assert.equal(folders[0]?.name, "b 10", "the given list is not reordered");
});
