/**
 * A worker of its own process on the queue of a data folder, as one machine of several would run one. It does jobs of the
 * kind `parts`: each commits two steps. Arguments: the data folder; how many workers must have begun a job, this one among
 * them, before its jobs go on; and perhaps the count of steps after which it kills itself. Lines: `works PID`, `begins ID`, `ends ID`, `beside ID` where another process is at the same job. Ends with its input.
 */
import { JobQueue, type JobKind, JobScheduler, JobWorker } from "@consigne/core";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";

const STEPS = ["one", "two"];
const [dataDir = "", workers = "1", killedAfter] = process.argv.slice(2);
let stepsLeft = Number(killedAfter ?? Infinity);
await using opened = await openPorts(embeddedEngines, await openDataFolder(dataDir, { mayCreate: true }));
const { ports } = opened;
const say = (word: string, id: string) => process.stdout.write(`${word} ${id}\n`);

function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch {
    return false;
  }
}

const parts: JobKind = {
  name: "parts",
  maxAttempts: 5,
  timeoutMs: 60_000,
  run: async (attempt) => {
    const { job } = attempt;
    const mark = join(dataDir, `at-${job.id}`);
    if (existsSync(mark) && isAlive(Number(readFileSync(mark, "utf8")))) say("beside", job.id);
    writeFileSync(mark, String(process.pid));
    say("begins", job.id);
    writeFileSync(join(dataDir, `worker-${process.pid}`), "");
    while (readdirSync(dataDir).filter((name) => name.startsWith("worker-")).length < Number(workers)) await sleep(5);
    for (const name of STEPS) {
      await attempt.step(name);
      if (--stepsLeft < 0) process.kill(process.pid, "SIGKILL");
      await attempt.commit(async (rows) => {
        // An earlier attempt may have done this already.
        const key = `${String(job.payload["number"])} ${name}`;
        await rows.discardedBytes.remove([key]);
        await rows.discardedBytes.add([key], new Date());
      });
      await sleep(5);
    }
    say("ends", job.id);
    rmSync(mark);
  },
};

const queue = new JobQueue({ ...ports, kinds: [parts] });
const worker = new JobWorker({
  ...ports,
  queue,
  scheduler: new JobScheduler({ ...ports, queue, schedules: [] }),
  name: String(process.pid),
  slots: 3,
  mostPerAccount: 2,
  leaseMs: 1000,
  lookMs: 20,
});
worker.start();
say("works", String(process.pid));
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
await worker.stop();
