import {
  type JobEvents,
  type JobKind,
  JobRetryError,
  JobScheduler,
  JobWorker,
  type Ports,
  type Services,
} from "@consigne/core";
import type { Logger } from "pino";
import { hostname } from "node:os";
import type { RemoteConfig } from "./config.ts";

/** One for the scrub, which nearly always runs; the server's other work takes little. */
const SLOTS = 5;
const MOST_PER_ACCOUNT = 2;
/** An unresponsive mail server occupies each of them for a minute. */
const MAIL_SLOTS = 2;
/** Pictures decoded at a time, each on its own core at the lowest priority. */
const PICTURE_SLOTS = 2;
/** Nobody waits for them, and each takes a core. */
const CHECKSUM_SLOTS = 1;
/** How often to report an unwritable database, as on a full disk. */
const TOLD_AGAIN_MS = 10 * 60_000;

const ofPool = (pool: JobKind["pool"]) => (kind: JobKind) => kind.pool === pool;

/**
 * Runs the jobs of the queue in this process. Jobs of accounts, and mails, have slots of their own, so that neither
 * sources nor a mail server delay anything else. Disposing waits until running jobs have ended or were returned to the
 * queue.
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
  const workers = [
    new JobWorker({ ...usual, kinds: ofPool(undefined), slots: SLOTS, mostPerAccount: MOST_PER_ACCOUNT }),
    new JobWorker({ ...usual, kinds: ofPool("mail"), slots: MAIL_SLOTS, mostPerAccount: MAIL_SLOTS }),
    new JobWorker({
      ...usual,
      kinds: ofPool("pictures"),
      slots: PICTURE_SLOTS,
      mostPerAccount: PICTURE_SLOTS,
      favoursNewcomers: true,
    }),
    new JobWorker({ ...usual, kinds: ofPool("checksums"), slots: CHECKSUM_SLOTS, mostPerAccount: CHECKSUM_SLOTS }),
    new JobWorker({
      ...usual,
      kinds: ofPool("fetching"),
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
      logger[isNews ? "error" : "debug"]({ err: error }, "jobs could not be read or written; retrying soon");
    },
  };
}
