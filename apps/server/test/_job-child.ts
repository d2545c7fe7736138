/**
 * Does the housekeeping jobs of one kind in a data folder, and is killed by itself as soon as it has come to a step.
 * Arguments: the data folder, the kind and the step.
 */
import { doJobs } from "./_housekeeping-once.ts";

// Whoever is to be killed at a step that never comes must not wait for ever once nobody watches.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 1000).unref();

const [dataDir = "", onlyKind = "", lastStep = ""] = process.argv.slice(2);
await doJobs(dataDir, {
  onlyKind,
  onStep: (step) => {
    if (step === lastStep) process.kill(process.pid, "SIGKILL");
  },
});
