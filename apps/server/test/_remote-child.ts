/**
 * Runs the ordered jobs of a data folder and ends; or kills itself as soon as a first attempt, or a number of them
 * together, has reached a step. Arguments: the data folder, and optionally a step and how many first attempts wait
 * there for each other. Prints each step that it reaches on a line.
 */
import { JobScheduler, JobWorker } from "@consigne/core";
import { setTimeout as sleep } from "node:timers/promises";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { servicesOn } from "./_housekeeping-once.ts";
import { killedImports, killedSource } from "./_killed-source.ts";

const LEASE_MS = 400;
const [dataDir = "", lastStep, waiting = "1"] = process.argv.slice(2);
const mostWaiting = Number(waiting);
let countWaiting = 0;
await using opened = await openPorts(embeddedEngines, await openDataFolder(dataDir, { mayCreate: false }));
const ports = { ...opened.ports, sources: killedSource(), importSources: killedImports() };
const { jobs: queue } = servicesOn(ports);
const worker = new JobWorker({
  ...ports,
  queue,
  scheduler: new JobScheduler({ ...ports, queue, schedules: [] }),
  name: String(process.pid),
  slots: mostWaiting,
  mostPerAccount: mostWaiting,
  leaseMs: LEASE_MS,
  lookMs: 20,
  onStep: async ({ attempts }, step) => {
    process.stdout.write(`${step}\n`);
    if (step !== lastStep || attempts > 1) return;
    countWaiting += 1;
    if (countWaiting === mostWaiting) process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
  },
});
worker.start();
while ((await queue.list("operator", { states: ["ready", "running", "delayed"] })).length > 0) await sleep(10);
await worker.stop();
