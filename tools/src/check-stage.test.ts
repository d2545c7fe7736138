import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeChecks, runChecks, type CheckStep } from "./check-stage.ts";

const step = (name: string, script: string): CheckStep => ({ name, command: [process.execPath, "-e", script] });

suite("the check runner", () => {
  test("runs every step although one failed, and shows the output of the failed one", async () => {
    const written: string[] = [];
    const steps = [
      step("first", "console.log('quiet')"),
      step("second", "console.error('reason'); process.exit(2)"),
      step("third", ""),
      { name: "fourth", command: ["no-such-program-here"] as const },
    ];
    const outcomes = await runChecks(steps, { write: (text) => written.push(text) });
    assert.deepEqual(
      outcomes.map((outcome) => outcome.isPassed),
      [true, false, true, false],
    );
    const text = written.join("");
    assert.match(text, /^pass {2}first .* s\nFAIL {2}second .* s\n {6}reason\npass {2}third/);
    assert.match(text, /FAIL {2}fourth[^]*no-such-program-here/);
    assert.doesNotMatch(text, /quiet/);
    assert.equal(describeChecks(outcomes), "checks: FAILED: second, fourth");
  });

  test("shows the steps in order, whichever ends first", async () => {
    const written: string[] = [];
    const steps = [step("slow", "setTimeout(() => {}, 500)"), step("quick", ""), step("last", "")];
    const outcomes = await runChecks(steps, { write: (text) => written.push(text) });
    assert.equal(describeChecks(outcomes), "checks: passed: slow, quick, last");
    assert.match(written.join(""), /^pass {2}slow .*\npass {2}quick .*\npass {2}last .*\n$/);
  });

  test("finds the repository's own programs first", async () => {
    const outcomes = await runChecks([{ name: "own", command: ["tsc", "--version"] }], { write: () => {} });
    assert.equal(describeChecks(outcomes), "checks: passed: own");
  });

  test("stops between steps when told to", async () => {
    const outcomes = await runChecks([step("a", "")], { signal: AbortSignal.abort(), write: () => {} });
    assert.deepEqual(outcomes, []);
  });
});
