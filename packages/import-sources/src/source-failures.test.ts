import assert from "node:assert/strict";
import { test } from "node:test";
import { ImportSourceError } from "@consigne/core";
import { ApiError, FileDamagedError, NotFoundError } from "@consigne/sdk";
import { sourceFailure } from "./source-failures.ts";

const refusal = { endpoint: "download/get_token", status: 503, number: 594, messageText: "damaged", requestId: "x" };

test("a file damaged at the source counts as lost there, not as a failing source", () => {
  const failureOf = (error: unknown) => {
    const found = sourceFailure(error);
    assert.ok(found instanceof ImportSourceError);
    return found.failure;
  };
  const whole = { ...refusal, retryAfterMs: undefined, rawBody: undefined };
  assert.equal(failureOf(new FileDamagedError(whole)), "missing");
  assert.equal(failureOf(new ApiError({ ...whole, number: 590 })), "unavailable");
});

test("a refusal is reported in the source's words, without the names of calls", () => {
  const whole = { ...refusal, number: 595, status: 410, messageText: "blocked here", retryAfterMs: undefined };
  const found = sourceFailure(new NotFoundError(whole));
  assert.ok(found instanceof ImportSourceError);
  assert.deepEqual(found.reason, { code: "source-says", text: "blocked here #595" });
});
