import { auditRecord } from "../audit/audit-trail.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import type { Principal } from "../policy/actor.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Scrub } from "./scrub.ts";
import { noteScrubState, readScrubState, scrubActivity } from "./scrub-state.ts";

/** Lets administrators start a pass of the scrub before the next one is due, also if the scrub is off. */
export class ScrubRequests {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #jobs: JobQueue;
  readonly #scrub: Pick<Scrub, "rules">;

  constructor(input: { database: Database; clock: Clock; jobs: JobQueue; scrub: Pick<Scrub, "rules"> }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#jobs = input.jobs;
    this.#scrub = input.scrub;
  }

  /**
   * Starts a pass, or continues one that was interrupted. False if one is in progress or about to begin.
   * @throws {DomainError} what the policy says to non-administrators, and to those who gave no password recently
   */
  async start(by: Principal): Promise<boolean> {
    const now = this.#clock.now();
    const isStarted = await transactionBy(this.#database, by, async (rows, caller) => {
      permitAdministrator(caller, "scrub", { now });
      const state = await readScrubState(rows);
      const activity = await scrubActivity(rows, state, this.#scrub.rules);
      if (activity === "waiting" || activity === "running") return false;
      // Without a unique key: a job that is about to end would otherwise take the place of this one.
      const jobId = await this.#jobs.add(rows, { kind: "scrub" });
      if (jobId === undefined) return false;
      await noteScrubState(rows, { ...state, requestedJobId: jobId }, now);
      await rows.audit.append([auditRecord(caller, now, { action: "storage.check", objectId: jobId })]);
      return true;
    });
    this.#jobs.wake();
    return isStarted;
  }
}
