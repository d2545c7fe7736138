import "./node-version.ts";
import { describeChecks, runChecks } from "./check-stage.ts";

const outcomes = await runChecks();
console.log(describeChecks(outcomes));
if (outcomes.some((outcome) => !outcome.isPassed)) process.exitCode = 1;
