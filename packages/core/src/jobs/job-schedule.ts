import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { JobQueue } from "./job-queue.ts";

const FIRST = 0;

/** A kind of job that is scheduled repeatedly. */
export interface JobSchedule {
  readonly kind: string;
  readonly everyMs: number;
  /** Before all others where it is left out. */
  readonly priority?: number;
}

/**
 * Adds the jobs that are due. Several processes may ask at once: the first one adds the job and sets its next time in the
 * same transaction. Times missed while nothing ran are made up by one run, not by all of them.
 */
export class JobScheduler {
  readonly #database: Database;
  readonly #queue: JobQueue;
  readonly #clock: Clock;
  readonly #schedules: readonly JobSchedule[];
  /** What the database said last, so that it is asked only when something may be due. */
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
      // The run before may still be under way, or be taken over when its lease ends: then it is this one, too.
      const uniqueKey = `schedule ${schedule.kind}`;
      // Before what strangers and accounts order, however much of that waits: it keeps the tables small.
      await this.#queue.add(rows, { kind: schedule.kind, uniqueKey, priority: schedule.priority ?? FIRST });
      await rows.jobs.setNextRun(schedule.kind, next);
      return next;
    });
  }
}

/** Also when the time lies further ahead than it ever should: it was noted by a clock that was wrong. */
function isDue(next: Date | undefined, now: Date, { everyMs }: JobSchedule): boolean {
  return next === undefined || next <= now || next.getTime() - now.getTime() > everyMs;
}
