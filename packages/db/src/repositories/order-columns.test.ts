import assert from "node:assert/strict";
import { test } from "node:test";
import { messageColumns, toMessages } from "./order-columns.ts";

test("rows of earlier versions keep their messages", () => {
  assert.deepEqual(toMessages({ message: "example.org answered 404.", messages: null }), [
    { code: "text", text: "example.org answered 404." },
  ]);
  assert.deepEqual(toMessages({ message: "", messages: null }), []);
});

test("messages are stored as codes with the values of their sentences", () => {
  const messages = [{ code: "folder-gone" }, { code: "answered", host: "example.org", status: 404 }] as const;
  assert.deepEqual(toMessages(messageColumns(messages)), messages);
  assert.deepEqual(messageColumns([]), { message: "", messages: null });
});
