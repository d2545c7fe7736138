import assert from "node:assert/strict";
import { test } from "node:test";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { requireSound } from "./remote-files.ts";

test("a file that is blocked or damaged on the server is refused before it is downloaded", () => {
  const refused = (file: { isDamaged: boolean; isBlocked?: boolean }) => {
    try {
      requireSound(file, ":/a.txt");
    } catch (error) {
      assert.ok(error instanceof CliError);
      return [error.code, error.exitCode, error.message];
    }
    return [];
  };
  assert.deepEqual(refused({ isDamaged: false, isBlocked: false }), []);
  assert.deepEqual(refused({ isDamaged: true, isBlocked: true }), [
    "blocked",
    exitCodes.authentication,
    ":/a.txt was blocked by the operator of the server and cannot be fetched. Its bytes are kept; ask the operator why.",
  ]);
  assert.equal(refused({ isDamaged: true })[0], "damaged");
});
