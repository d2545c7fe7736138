import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseError } from "@consigne/core";
import { answerOf } from "./error-answer.ts";

const answerTo = (failure: DatabaseError["failure"]) => answerOf(new DatabaseError(failure, "/var/lib/consigne"));

test("a full disk is reported to have changed nothing, with who can make room", () => {
  const { status, body, isFault } = answerTo("full");
  assert.deepEqual([status, isFault], [507, true]);
  assert.match(body.message, /disk is full, and nothing was changed; only its operator can make room #591$/);
});

test("an unwritable disk is reported as such, not as a busy server", () => {
  const { status, body, retryAfterSeconds } = answerTo("read-only");
  assert.deepEqual([status, retryAfterSeconds], [503, undefined]);
  assert.match(body.message, /cannot write to its disk, and nothing was changed; .* #593$/);
  assert.match(answerTo("busy").body.message, /^Server busy; try again later #593$/);
});
