import { BenchRun } from "./bench-run.ts";
import { fullPlan } from "./bench-plan.ts";
import { measureLine } from "./far-part.ts";

/** `node far-program.ts FOLDER BYTES ROUNDS`: measures the line in the network it is started in, and prints JSON. */
const [folder = "", farBytes, farRounds] = process.argv.slice(2);
const run = new BenchRun(folder, { ...fullPlan, farBytes: Number(farBytes), farRounds: Number(farRounds) });
console.log(JSON.stringify(await measureLine(run)));
