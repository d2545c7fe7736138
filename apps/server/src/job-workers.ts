import {
  IMPORT,
  type JobEvents,
  JobRetryError,
  JobScheduler,
  JobWorker,
  type Ports,
  REMOTE_UPLOAD,
  type Services,
} from "@consigne/core";
import type { Logger } from "pino";
import { hostname } from "node:os";
import type { RemoteConfig } from "./config.ts";

/** One for the scrub, which is nearly always at work; what else the server does by itself takes little. */
const SLOTS = 5;
const MOST_PER_ACCOUNT = 2;
/** A database that cannot be written, as one on a full disk, is told of once in a while. */
const TOLD_AGAIN_MS = 10 * 60_000;

/**
 * Does the jobs of the queue in this process: what accounts order in places of its own, so that it keeps neither mail nor
 * housekeeping waiting. Disposing waits until running jobs have ended or were given back.
 */
export function startJobs(
  ports: Pick<Ports, "database" | "clock">,
  services: Services,
  logger: Logger,
  { total, perAccount, perHost }: RemoteConfig["atOnce"],
): AsyncDisposable {
  const { jobs: queue, schedules } = services;
  const usual = {
    ...ports,
    queue,
    scheduler: new JobScheduler({ ...ports, queue, schedules }),
    name: `${hostname()} ${process.pid}`,
    events: loggedEvents(logger),
  };
  const isRemote = (kind: string) => kind === REMOTE_UPLOAD || kind === IMPORT;
  const workers = [
    new JobWorker({ ...usual, kinds: (kind) => !isRemote(kind), slots: SLOTS, mostPerAccount: MOST_PER_ACCOUNT }),
    new JobWorker({
      ...usual,
      kinds: isRemote,
      slots: total,
      mostPerAccount: perAccount,
      mostPerLane: perHost,
      makesRoom: true,
    }),
  ];
  const told = services.notices.onNotice(({ isAlarm, text, facts }) => logger[isAlarm ? "error" : "info"](facts, text));
  for (const worker of workers) worker.start();
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      told[Symbol.dispose]();
    },
  };
}

function loggedEvents(logger: Logger): JobEvents {
  let toldAt = -Infinity;
  return {
    ended: ({ id, kind, attempts }, outcome, error) => {
      const entry = { job: id, kind, attempt: attempts, outcome };
      const isExpected = error instanceof JobRetryError || outcome === "ready" || outcome === "cancelled";
      if (error === undefined || isExpected) logger.debug(entry, "job ended");
      else logger.error({ ...entry, err: error }, outcome === "dead" ? "job failed for good" : "job failed");
    },
    failed: (error) => {
      const isNews = performance.now() - toldAt > TOLD_AGAIN_MS;
      if (isNews) toldAt = performance.now();
      logger[isNews ? "error" : "debug"]({ err: error }, "jobs could not be read or written; tried again soon");
    },
  };
}
