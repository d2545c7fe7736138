import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./check-stage.ts";
import { findMissing, programsOfProof, provide, requiredPrograms, thisMachine } from "./required-programs.ts";
import { listProofFiles, listTestFiles } from "./test-files.ts";
import { runTests } from "./test-stage.ts";

const HOUR_MS = 3_600_000;
/** A test file with a full count imports the module with the counts: `_proof.ts` of its package. */
const KNOWS_FULL_COUNTS = /from "[./]+\/_proof\.ts"/;

/**
 * `npm run proof` runs the test files that only use samples in `npm test` (kills, random trees, fuzzing) with their
 * full counts, and those that need other machines. `npm run proof -- PATTERN...` only runs those that match.
 */
async function main(patterns: readonly string[]): Promise<number> {
  const sampled = listTestFiles(repositoryRoot, patterns).filter((file) =>
    KNOWS_FULL_COUNTS.test(readFileSync(join(repositoryRoot, file), "utf8")),
  );
  const files = [...sampled, ...listProofFiles(repositoryRoot, patterns)];
  if (files.length === 0) {
    console.error(`No test with full counts matches ${patterns.join(" ")}.`);
    return 1;
  }
  process.env["CONSIGNE_PROOF"] = "full";
  const programs = [...requiredPrograms, ...programsOfProof];
  const missing = patterns.length === 0 ? provide(thisMachine, programs) : findMissing(thisMachine, programs);
  const tests = await runTests(files, { cwd: repositoryRoot, timeoutMs: 12 * HOUR_MS, testTimeoutMs: 4 * HOUR_MS });
  for (const line of [
    ...tests.slowest,
    ...missing.map((program) => `not on this machine, so not tested with: ${program.name}`),
    tests.isPassed ? "proof: passed" : "proof: FAILED",
  ]) {
    console.log(line);
  }
  return tests.isPassed && missing.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
