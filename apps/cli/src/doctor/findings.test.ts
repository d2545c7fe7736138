import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../command-line/exit-codes.ts";
import { exitCodeOf, type Finding } from "./findings.ts";

const failure = (exitCode: number): Finding => ({ check: "account", state: "failure", text: "", exitCode });

test("the exit code is that of the worst finding, whatever its position", () => {
  const [full, refused] = [failure(exitCodes.quota), failure(exitCodes.authentication)];
  assert.equal(exitCodeOf([full, refused]), exitCodes.authentication);
  assert.equal(exitCodeOf([refused, full]), exitCodes.authentication);
  assert.equal(exitCodeOf([full]), exitCodes.quota);
  assert.equal(exitCodeOf([{ check: "clock", state: "warning", text: "" }]), exitCodes.ok);
  assert.equal(exitCodeOf([]), exitCodes.ok);
});
