/**
 * Runs the housekeeping jobs of one kind in a data folder, and kills itself at a given step. Arguments: the data
 * folder, the kind and the step.
 */
import { doJobs } from "./_housekeeping-once.ts";

// If the step is never reached, the process must not wait for ever once its parent is gone.
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
