import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { JobQueue } from "./job-queue.ts";

const FIRST = 0;

/** A kind of job that is scheduled repeatedly. */
export interface JobSchedule {
  readonly kind: string;
  readonly everyMs: number;
  /** Default: before all others. */
  readonly priority?: number;
}

/**
 * Adds the jobs that are due. Several processes may do this at once: the first one adds the job and sets its next time
 * in the same transaction. Runs missed while no server ran are made up for by a single one.
 */
export class JobScheduler {
  readonly #database: Database;
  readonly #queue: JobQueue;
  readonly #clock: Clock;
  readonly #schedules: readonly JobSchedule[];
  /** The last known times, so that the database is only asked when something may be due. */
  readonly #nextRuns = new Map<string, Date>();

  constructor(input: { database: Database; queue: JobQueue; clock: Clock; schedules: readonly JobSchedule[] }) {
    this.#database = input.database;
    this.#queue = input.queue;
    this.#clock = input.clock;
    this.#schedules = input.schedules;
  }

  async orderDue(): Promise<void> {
    const now = this.#clock.now();
    for (const schedule of this.#schedules) {
      if (!isDue(this.#nextRuns.get(schedule.kind), now, schedule)) continue;
      this.#nextRuns.set(schedule.kind, await this.#order(schedule, now));
    }
  }

  async #order(schedule: JobSchedule, now: Date): Promise<Date> {
    return this.#database.transaction(async (rows) => {
      const noted = await rows.jobs.findNextRun(schedule.kind);
      if (noted !== undefined && !isDue(noted, now, schedule)) return noted;
      const next = new Date(now.getTime() + schedule.everyMs);
      // The previous run may still be going, or be taken over when its lease expires: then it serves as this one, too.
      const uniqueKey = `schedule ${schedule.kind}`;
      // Runs before jobs of strangers and accounts, however many wait: it keeps the tables small.
      await this.#queue.add(rows, { kind: schedule.kind, uniqueKey, priority: schedule.priority ?? FIRST });
      await rows.jobs.setNextRun(schedule.kind, next);
      return next;
    });
  }
}

/** Also if the time is further ahead than it ever should be: it was written by a wrong clock. */
function isDue(next: Date | undefined, now: Date, { everyMs }: JobSchedule): boolean {
  return next === undefined || next <= now || next.getTime() - now.getTime() > everyMs;
}
