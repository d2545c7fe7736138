import { describeChecks, repositoryRoot, runChecks, type CheckOutcome } from "./check-stage.ts";
import { join } from "node:path";
import { JoinedTests } from "./joined/joined-tests.ts";
import { describeLeftOut, findLeftOut } from "./native-parts.ts";
import { findMissing, provide, requiredPrograms, thisMachine, type RequiredProgram } from "./required-programs.ts";
import { listTestFiles } from "./test-files.ts";
import { runTests, type TestOutcome } from "./test-stage.ts";

/** Up to this many files, joining takes longer than it saves. */
const FEW_FILES = 20;

/**
 * `npm test` runs programs, checks, then every test. `npm test -- --fast` runs the checks and the quick tests. `npm
 * test -- PATTERN...` only runs the test files that match, without the checks. With CI=true a missing program is a
 * failure.
 */
async function main(args: readonly string[]): Promise<number> {
  const isFast = args.includes("--fast");
  const patterns = args.filter((each) => each !== "--fast");
  const flag = patterns.find((pattern) => pattern.startsWith("-"));
  if (flag !== undefined) {
    console.error(`There is no option ${flag}. Give --fast, parts of paths or globs of test files, or nothing.`);
    return 2;
  }
  const files = listTestFiles(repositoryRoot, patterns, isFast);
  if (files.length === 0) {
    console.error(`No test file matches ${patterns.join(" ")}.`);
    return 1;
  }
  const leftOut = findLeftOut(join(repositoryRoot, "node_modules"));
  if (leftOut.length > 0) {
    console.error(describeLeftOut(leftOut));
    return 1;
  }
  const stop = new AbortController();
  // Not only once, because npm passes on a signal that the whole process group has already received.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort());
  const hasChecks = patterns.length === 0;
  const isWhole = hasChecks && !isFast;
  const missing = isWhole ? provide(thisMachine) : findMissing(thisMachine, requiredPrograms);
  const checks = hasChecks ? await runChecks(undefined, { signal: stop.signal }) : [];
  using joined = files.length > FEW_FILES ? await joinOrSay(files) : undefined;
  const tests = await runTests(files, { cwd: repositoryRoot, joined, signal: stop.signal });
  for (const line of closingLines(tests, checks, missing)) console.log(line);
  const isMissingFatal = process.env["CI"] === "true" && missing.length > 0;
  const isPassed = tests.isPassed && checks.every((check) => check.isPassed) && !isMissingFatal;
  return isPassed && !stop.signal.aborted ? 0 : 1;
}

/** Sources also run without joining, only more slowly. */
async function joinOrSay(files: readonly string[]): Promise<JoinedTests | undefined> {
  try {
    return await JoinedTests.join(repositoryRoot, files);
  } catch (error) {
    console.error(`The files could not be joined, so the sources run: ${String(error)}`);
    return undefined;
  }
}

function closingLines(
  tests: TestOutcome,
  checks: readonly CheckOutcome[],
  missing: readonly RequiredProgram[],
): string[] {
  return [
    ...(tests.slowest.length > 1 ? ["slowest files:", ...tests.slowest] : []),
    `processor time of the tests: ${Math.round(tests.workMs / 1000)} s`,
    ...tests.skipped.map((name) => `skipped: ${name}`),
    ...(tests.leftBehind.length > 0
      ? [`left in the temporary folder, removed now: ${tests.leftBehind.join(", ")}`]
      : []),
    ...missing.map((program) => `not on this machine, so not tested with: ${program.name}`),
    ...(checks.length > 0 ? [describeChecks(checks)] : []),
    tests.isPassed ? "tests: passed" : "tests: FAILED",
  ];
}

process.exitCode = await main(process.argv.slice(2));
