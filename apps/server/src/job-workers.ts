import { housekeepingSchedules, JobScheduler, JobWorker, type Ports, type Services } from "@consigne/core";
import type { Logger } from "pino";
import { hostname } from "node:os";

/** What the server does by itself takes little; what accounts order must not take all of the machine. */
const SLOTS = 4;
const MOST_PER_ACCOUNT = 2;
/** A database that cannot be written, as one on a full disk, is told of once in a while. */
const TOLD_AGAIN_MS = 10 * 60_000;

/** Does the jobs of the queue in this process. Disposing waits until running ones have ended or were given back. */
export function startJobs(ports: Pick<Ports, "database" | "clock">, services: Services, logger: Logger): JobWorker {
  const { jobs: queue } = services;
  let toldAt = -Infinity;
  const worker = new JobWorker({
    ...ports,
    queue,
    scheduler: new JobScheduler({ ...ports, queue, schedules: housekeepingSchedules }),
    name: `${hostname()} ${process.pid}`,
    slots: SLOTS,
    mostPerAccount: MOST_PER_ACCOUNT,
    events: {
      ended: ({ id, kind, attempts }, outcome, error) => {
        const entry = { job: id, kind, attempt: attempts, outcome };
        if (error === undefined || outcome === "ready" || outcome === "cancelled") logger.debug(entry, "job ended");
        else logger.error({ ...entry, err: error }, outcome === "dead" ? "job failed for good" : "job failed");
      },
      failed: (error) => {
        const isNews = performance.now() - toldAt > TOLD_AGAIN_MS;
        if (isNews) toldAt = performance.now();
        logger[isNews ? "error" : "debug"]({ err: error }, "jobs could not be read or written; tried again soon");
      },
    },
  });
  worker.start();
  return worker;
}
