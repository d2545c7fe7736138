/**
 * Does the housekeeping jobs of a data folder once and ends; or is killed by itself as soon as it has come to a step.
 * Arguments: the data folder, and perhaps `kind step`. Writes each step it comes to as a line.
 */
import { createServices, floodProfiles, housekeepingSchedules, JobScheduler, JobWorker } from "@consigne/core";
import { noFreeRules } from "@consigne/core/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";

const LEASE_MS = 400;
const [dataDir = "", lastStep] = process.argv.slice(2);
await using opened = await openPorts(embeddedEngines, await openDataFolder(dataDir, { mayCreate: true }));
const { ports } = opened;
const uploads = { maxFileBytes: 1e9, maxUploadBytes: 1e9, maxFiles: 10, acceptsEmptyFiles: true, acceptsGuests: false };
const rules = {
  uploads,
  flood: floodProfiles.off,
  listLimit: 1000,
  maxEntries: Infinity,
  minFreeBytes: 0,
  freeDownloads: noFreeRules,
};
const { jobs: queue } = createServices(ports, rules);
const scheduler = new JobScheduler({ ...ports, queue, schedules: housekeepingSchedules });
const worker = new JobWorker({
  ...ports,
  queue,
  scheduler,
  name: String(process.pid),
  slots: 4,
  mostPerAccount: 4,
  leaseMs: LEASE_MS,
  lookMs: 20,
  onStep: async ({ kind }, step) => {
    const name = `${kind} ${step}`;
    process.stdout.write(`${name}\n`);
    if (name === lastStep) process.kill(process.pid, "SIGKILL");
  },
});
worker.start();
while ((await queue.list("operator", { states: ["done"] })).length < housekeepingSchedules.length) await sleep(10);
await worker.stop();
