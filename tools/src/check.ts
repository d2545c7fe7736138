import { join } from "node:path";
import { describeChecks, repositoryRoot, runChecks } from "./check-stage.ts";
import { describeLeftOut, findLeftOut } from "./native-parts.ts";

const leftOut = findLeftOut(join(repositoryRoot, "node_modules"));
if (leftOut.length > 0) {
  console.error(describeLeftOut(leftOut));
  process.exitCode = 1;
} else {
  const outcomes = await runChecks();
  console.log(describeChecks(outcomes));
  if (outcomes.some((outcome) => !outcome.isPassed)) process.exitCode = 1;
}
