import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalText } from "./json-answer.ts";

const textOf = (message: string) =>
  refusalText({ status: 400, body: { message }, retryAfterMs: undefined, requestId: "" });

test("takes the number out of a message, wherever it stands", () => {
  assert.deepEqual(textOf("Not found #594"), { messageText: "Not found", number: 594 });
  assert.deepEqual(textOf("Not found  #594 (see #1)"), { messageText: "Not found (see #1)", number: 594 });
  assert.deepEqual(textOf("#7"), { messageText: "", number: 7 });
  assert.deepEqual(textOf("No # number #a"), { messageText: "No # number #a", number: undefined });
  assert.deepEqual(textOf(" "), { messageText: "No reason given", number: undefined });
});

test("reads the longest message once, whatever it is made of", () => {
  // A pattern that begins anew at each of them never comes to an end here.
  for (const [part, number] of [
    [" ", undefined],
    ["#", undefined],
    ["# ", undefined],
    ["\n", undefined],
    ["#1234567890", undefined],
    ["#12 ", 12],
  ] as const)
    assert.equal(textOf(`x${part.repeat(300_000)}y`).number, number, JSON.stringify(part));
});
