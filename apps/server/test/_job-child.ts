/**
 * Does the housekeeping jobs of one kind in a data folder, and is killed by itself as soon as it has come to a step.
 * Arguments: the data folder, the kind and the step.
 */
import { doJobs } from "./_housekeeping-once.ts";

const [dataDir = "", onlyKind = "", lastStep = ""] = process.argv.slice(2);
await doJobs(dataDir, {
  onlyKind,
  onStep: (step) => {
    if (step === lastStep) process.kill(process.pid, "SIGKILL");
  },
});
