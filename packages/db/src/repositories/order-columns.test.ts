import assert from "node:assert/strict";
import { test } from "node:test";
import { messageColumns, toMessages } from "./order-columns.ts";

test("rows of before say what they said", () => {
  assert.deepEqual(toMessages({ message: "example.org answered 404.", messages: null }), [
    { code: "text", text: "example.org answered 404." },
  ]);
  assert.deepEqual(toMessages({ message: "", messages: null }), []);
});

test("messages are kept as codes with what their sentences need", () => {
  const messages = [{ code: "folder-gone" }, { code: "answered", host: "example.org", status: 404 }] as const;
  assert.deepEqual(toMessages(messageColumns(messages)), messages);
  assert.deepEqual(messageColumns([]), { message: "", messages: null });
});
