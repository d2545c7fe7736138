import { createServices, floodProfiles, JobScheduler, JobWorker, type Ports, type Services } from "@consigne/core";
import { noFreeRules } from "@consigne/core/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";

const DAY_MS = 24 * 3_600_000;
const LEASE_MS = 400;
const uploads = { maxFileBytes: 1e9, maxUploadBytes: 1e9, maxFiles: 10, acceptsEmptyFiles: true, acceptsGuests: false };
const rules = {
  uploads,
  flood: floodProfiles.off,
  listLimit: 1000,
  maxEntries: Infinity,
  minFreeBytes: 0,
  freeDownloads: noFreeRules,
  housekeeping: { scrub: { everyMs: DAY_MS, bytesPerSecond: 1e9, keepMs: 0 }, guestFilesMs: DAY_MS },
};

export function servicesOn(ports: Ports): Services {
  return createServices(ports, rules);
}

/**
 * Runs the housekeeping jobs of a data folder once, those of one kind or all, and its thumbnails and checksums; reports
 * each step.
 */
export async function doJobs(
  dataDir: string,
  { onlyKind, onStep }: { onlyKind?: string | undefined; onStep(step: string): void },
): Promise<void> {
  const folder = await openDataFolder(dataDir, { mayCreate: true });
  await using opened = await openPorts(embeddedEngines, folder, { thumbnailBytes: 1e6 });
  const { thumbnails } = opened.ports;
  // Decoding has its own tests.
  const maker = { make: async () => new Uint8Array(1) };
  const ports = { ...opened.ports, thumbnails: thumbnails && { ...thumbnails, maker } };
  const { jobs: queue, schedules: all, bytesRemover } = servicesOn(ports);
  const schedules = onlyKind === undefined ? all : all.filter(({ kind }) => kind === onlyKind);
  const worker = new JobWorker({
    ...ports,
    queue,
    scheduler: new JobScheduler({ ...ports, queue, schedules }),
    name: String(process.pid),
    slots: 4,
    mostPerAccount: 4,
    leaseMs: LEASE_MS,
    lookMs: 20,
    onStep: async ({ kind }, step) => onStep(`${kind} ${step}`),
  });
  worker.start();
  const isOrdered = async (kind: string) =>
    (await queue.list("operator", { kind, states: ["delayed", "ready", "running"] })).length > 0;
  const isUnderWay = async () =>
    (await queue.list("operator", { states: ["done"] })).length < schedules.length ||
    (await isOrdered("thumbnail")) ||
    (await isOrdered("checksum"));
  while (await isUnderWay()) await sleep(10);
  await worker.stop();
  // What is given up after the removal job has checked is removed by its next run.
  await bytesRemover.run();
}
