import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalText } from "./json-answer.ts";

const textOf = (message: string) =>
  refusalText({ status: 400, body: { message }, retryAfterMs: undefined, requestId: "" });

test("extracts the number from a message, wherever it is", () => {
  assert.deepEqual(textOf("Not found #594"), { messageText: "Not found", number: 594 });
  assert.deepEqual(textOf("Not found  #594 (see #1)"), { messageText: "Not found (see #1)", number: 594 });
  assert.deepEqual(textOf("#7"), { messageText: "", number: 7 });
  assert.deepEqual(textOf("No # number #a"), { messageText: "No # number #a", number: undefined });
  assert.deepEqual(textOf(" "), { messageText: "No reason given", number: undefined });
});

test("explains an answer from another server by its status", () => {
  const pageOf = (status: number) =>
    refusalText({ status, body: undefined, retryAfterMs: undefined, requestId: undefined }).messageText;
  assert.match(pageOf(413), /proxy .* refuses requests of this size.*client_max_body_size/);
  assert.match(pageOf(502), /proxy .* could not reach it/);
  assert.equal(pageOf(400), "The answer is not JSON");
  assert.equal(textOf("Too large #575").messageText, "Too large");
});

test("reads the longest message once, whatever it contains", () => {
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
