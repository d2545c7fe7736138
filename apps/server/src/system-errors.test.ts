import assert from "node:assert/strict";
import { constants } from "node:os";
import { test } from "node:test";
import { systemFailure } from "@consigne/contract/system-reasons";
import { refusedWriteOf } from "@consigne/core";

/** The core only has its own, short table of system errors. */
test("an error that the core treats as a refused write is described as one", () => {
  const refusals = { full: ["no-room"], "read-only": ["forbidden", "read-only"] };
  const refused: string[] = [];
  for (const code of Object.keys(constants.errno)) {
    const error = Object.assign(new Error(code), { code });
    const refusal = refusedWriteOf(error);
    const { kind = "" } = systemFailure(error) ?? {};
    if (refusal === undefined) assert.ok(!refusals["read-only"].includes(kind), code);
    else assert.ok(refusals[refusal].includes(kind), `${code}: ${refusal}, ${kind}`);
    if (refusal !== undefined) refused.push(code);
  }
  assert.deepEqual(refused.toSorted(), ["EACCES", "EDQUOT", "ENOSPC", "EPERM", "EROFS"]);
});
