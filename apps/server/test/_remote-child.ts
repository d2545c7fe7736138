/**
 * Does the jobs of a data folder that somebody ordered and ends; or is killed by itself as soon as a first attempt has come
 * to a step. Arguments: the data folder, and perhaps a step. Writes each step it comes to as a line.
 */
import { JobScheduler, JobWorker } from "@consigne/core";
import { setTimeout as sleep } from "node:timers/promises";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { servicesOn } from "./_housekeeping-once.ts";
import { killedImports, killedSource } from "./_killed-source.ts";

const LEASE_MS = 400;
const [dataDir = "", lastStep] = process.argv.slice(2);
await using opened = await openPorts(embeddedEngines, await openDataFolder(dataDir, { mayCreate: false }));
const ports = { ...opened.ports, sources: killedSource(), importSources: killedImports() };
const { jobs: queue } = servicesOn(ports);
const worker = new JobWorker({
  ...ports,
  queue,
  scheduler: new JobScheduler({ ...ports, queue, schedules: [] }),
  name: String(process.pid),
  slots: 1,
  mostPerAccount: 1,
  leaseMs: LEASE_MS,
  lookMs: 20,
  onStep: async ({ attempts }, step) => {
    process.stdout.write(`${step}\n`);
    if (step === lastStep && attempts === 1) process.kill(process.pid, "SIGKILL");
  },
});
worker.start();
while ((await queue.list("operator", { states: ["ready", "running", "delayed"] })).length > 0) await sleep(10);
await worker.stop();
