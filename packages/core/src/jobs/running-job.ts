import type { AccountChange } from "../events/account-change.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { isUnwritable } from "../unwritable.ts";
import { backoffMs, LONGEST_BACKOFF_MS } from "./backoff.ts";
import type { Job, JobProgress } from "./job.ts";
import {
  ClaimLostError,
  type JobAttempt,
  JobCancelledError,
  JobGivenUpError,
  type JobKind,
  JobRetryError,
  JobTimeoutError,
  WorkerStoppedError,
} from "./job-kind.ts";
import type { JobOutcome } from "./job-repository.ts";
import { settleJob } from "./job-settling.ts";
import type { JobEvents } from "./job-worker.ts";

const PROGRESS_MS = 1000;
const BEATS_PER_LEASE = 3;
const SETTLE_RETRY_MS = 1000;
const ERROR_LENGTH = 500;

export interface RunningJobParts {
  database: Database;
  clock: Clock;
  job: Job;
  kind: JobKind;
  leaseMs: number;
  events?: JobEvents;
  onStep?: (job: Job, step: string) => Promise<void>;
}

/** One attempt at one job: keeps its claim alive as long as the work runs, then writes the result. */
export class RunningJob implements JobAttempt {
  readonly job: Job;
  readonly #parts: RunningJobParts;
  readonly #claimId: string;
  #isForgotten = false;
  #isStopping = false;
  readonly #ending = new AbortController();
  /** Elapsed time, not time of day: changing the clock must not look like a lost claim. */
  #confirmedAt = performance.now();
  #reportedAt = -Infinity;
  #isReporting = false;
  #beating: Promise<void> | undefined;

  constructor(parts: RunningJobParts) {
    this.#parts = parts;
    this.job = parts.job;
    this.#claimId = parts.job.claim?.id ?? "";
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  stop(): void {
    this.#isStopping = true;
    this.#ending.abort(new WorkerStoppedError());
  }

  /** Notices at once that the job was cancelled or taken over. */
  async heed(): Promise<void> {
    const now = await this.#parts.database.jobs.findById(this.job.id);
    if (now?.claim?.id !== this.#claimId) this.#lose();
    else if (now.isCancelRequested) this.#ending.abort(new JobCancelledError());
  }

  async step(name: string): Promise<void> {
    await this.#parts.onStep?.(this.job, name);
    this.signal.throwIfAborted();
  }

  async report(progress: JobProgress, told?: AccountChange): Promise<void> {
    if (this.#isReporting || performance.now() - this.#reportedAt < PROGRESS_MS) return;
    this.#reportedAt = performance.now();
    this.#isReporting = true;
    await this.#beat({ progress }, told);
    this.#isReporting = false;
  }

  forget(): void {
    this.#isForgotten = true;
  }

  async commit<T>(work: (rows: Repositories) => Promise<T>): Promise<T> {
    return this.#parts.database.transaction(async (rows) => {
      if ((await rows.jobs.renew(this.job.id, this.#claimId, {})) === "lost") throw this.#lose();
      return work(rows);
    });
  }

  async run(): Promise<void> {
    const { kind, leaseMs } = this.#parts;
    const heart = setInterval(() => void this.#beat({}), leaseMs / BEATS_PER_LEASE);
    const end = setTimeout(() => this.#ending.abort(new JobTimeoutError(kind.timeoutMs)), kind.timeoutMs);
    let error: unknown;
    try {
      await this.step("claimed");
      await kind.run(this);
      await this.#parts.onStep?.(this.job, "done");
    } catch (thrown) {
      error = thrown ?? new Error("The job failed without a reason.");
    } finally {
      clearInterval(heart);
      clearTimeout(end);
      await this.#beating;
    }
    const outcome = this.#outcomeOf(error);
    if (outcome !== undefined) await this.#settle(outcome);
    this.#parts.events?.ended?.(this.job, outcome?.state ?? "lost", error);
  }

  /** Undefined if this process no longer holds the claim. */
  #outcomeOf(error: unknown): JobOutcome | undefined {
    const at = this.#parts.clock.now();
    if (error === undefined) return { state: "done", at, isForgotten: this.#isForgotten };
    const reason: unknown = this.signal.aborted ? this.signal.reason : undefined;
    if (reason instanceof ClaimLostError || error instanceof ClaimLostError) return undefined;
    if (reason instanceof JobCancelledError) return { state: "cancelled", at };
    if (reason instanceof WorkerStoppedError) return { state: "ready", at };
    const text = describe(reason ?? error);
    const { attempts, maxAttempts } = this.job;
    if (error instanceof JobGivenUpError || attempts >= maxAttempts) return { state: "dead", at, error: text };
    const asked = error instanceof JobRetryError ? Math.min(error.notBeforeMs, LONGEST_BACKOFF_MS) : 0;
    return { state: "delayed", at, runAt: new Date(at.getTime() + Math.max(asked, backoffMs(attempts))), error: text };
  }

  /**
   * Retries as long as the lease lasts; after that the job is taken over, which does no harm. During shutdown it does
   * not wait that long for an unwritable disk.
   */
  async #settle(outcome: JobOutcome): Promise<void> {
    for (;;) {
      try {
        await settleJob(this.#parts.database, this.#parts.kind, this.job, outcome);
        return;
      } catch (error) {
        this.#parts.events?.failed?.(error);
        if (performance.now() - this.#confirmedAt > this.#parts.leaseMs) return;
        if (this.#isStopping && isUnwritable(error)) return;
        await new Promise((resolve) => setTimeout(resolve, SETTLE_RETRY_MS));
      }
    }
  }

  #beat(changes: { progress?: JobProgress }, told?: AccountChange): Promise<void> {
    const beat = (this.#beating ?? Promise.resolve()).then(() => this.#renew(changes, told));
    this.#beating = beat;
    return beat;
  }

  async #renew(changes: { progress?: JobProgress }, told: AccountChange | undefined): Promise<void> {
    const { database, clock, leaseMs, events } = this.#parts;
    const { id, accountId } = this.job;
    const askedAt = performance.now();
    try {
      const leaseEndsAt = new Date(clock.now().getTime() + leaseMs);
      const renew = (rows: Pick<Repositories, "jobs">) =>
        rows.jobs.renew(id, this.#claimId, { leaseEndsAt, ...changes });
      const state =
        told === undefined || accountId === undefined
          ? await renew(database)
          : await database.transaction(async (rows) => {
              await rows.changes.note(accountId, told);
              return renew(rows);
            });
      if (state === "lost") this.#lose();
      else this.#confirmedAt = askedAt;
      if (state === "cancel-requested") this.#ending.abort(new JobCancelledError());
    } catch (error) {
      events?.failed?.(error);
      if (performance.now() - this.#confirmedAt > leaseMs) this.#lose();
    }
  }

  #lose(): ClaimLostError {
    const error = new ClaimLostError();
    this.#ending.abort(error);
    return error;
  }
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, ERROR_LENGTH);
}
