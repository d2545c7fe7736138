import type { Permitted } from "../policy/permitted.ts";
import type { Job, JobProgress, JobState } from "./job.ts";

export type NewJob = Pick<
  Job,
  "id" | "kind" | "payload" | "accountId" | "uniqueKey" | "lane" | "priority" | "runAt" | "maxAttempts" | "createdAt"
>;

export interface JobBounds {
  readonly kinds: readonly string[];
  /** Skips accounts and lanes that have this many running jobs of these kinds. */
  readonly mostPerAccount: number;
  readonly mostPerLane: number;
  /** Only jobs of this lane, of accounts that have none running in it. */
  readonly newcomersTo?: string;
  /** No jobs of this lane. */
  readonly closedLane?: string | undefined;
}

export interface JobRequest extends JobBounds {
  readonly now: Date;
  readonly claimId: string;
  readonly worker: string;
  readonly leaseEndsAt: Date;
}

/** The current time, and how far ahead a time written by a correct clock can be: later ones count as reached. */
export interface JobTimes {
  readonly now: Date;
  /** For the end of a lease. */
  readonly latestLease: Date;
  /** For the next attempt at a failed job. */
  readonly latestRetry: Date;
}

/** The result of an attempt; `delayed` and `ready` mean another attempt. */
export type JobOutcome =
  | { readonly state: "cancelled"; readonly at: Date }
  /** `isForgotten`: the job's row is deleted. */
  | { readonly state: "done"; readonly at: Date; readonly isForgotten?: boolean }
  | { readonly state: "dead"; readonly at: Date; readonly error: string }
  | { readonly state: "delayed"; readonly at: Date; readonly runAt: Date; readonly error: string }
  /** Returned to the queue unharmed: the attempt does not count. */
  | { readonly state: "ready"; readonly at: Date };

export type StoppableJobId = Permitted<"server.manage" | "remote.manage" | "system", string>;

export type ClaimState = "held" | "cancel-requested" | "lost";

/**
 * Ready jobs take turns by account: a job's turn follows the last one of its account, or the job claimed last if that
 * is later. So a thousand jobs of one account do not delay the first of another.
 */
export interface JobRepository {
  /** False, and nothing is added, while a job with that unique key has not ended. */
  add(job: NewJob): Promise<boolean>;
  /** Jobs of one account and priority, without unique keys: takes few statements, however many there are. */
  addMany(jobs: readonly NewJob[]): Promise<void>;
  findById(id: string): Promise<Job | undefined>;
  /** The job with this key that has not ended. */
  findByUniqueKey(key: string): Promise<Job | undefined>;
  /** Newest first; `after` is the last job of the previous page. */
  list(filter: {
    states?: readonly JobState[];
    kind?: string;
    accountId?: string;
    after?: Pick<Job, "id" | "createdAt">;
    limit: number;
  }): Promise<Job[]>;
  /** Whether `claim`, `makeReady` or `listOverdue` would find something. */
  hasWork(times: JobTimes, kinds: readonly string[]): Promise<boolean>;
  /** Makes delayed jobs ready whose time has come, at most `limit`; returns how many. */
  makeReady(times: JobTimes, limit: number): Promise<number>;
  /** Takes the next ready job, by priority and turn; no two callers ever get the same. */
  claim(request: JobRequest): Promise<Job | undefined>;
  /** Whether `claim` would find a job if there were a free slot. */
  canClaim(request: JobBounds): Promise<boolean>;
  /** Running jobs whose lease has expired, oldest first. */
  listOverdue(times: JobTimes, limit: number): Promise<Job[]>;
  /**
   * Extends the lease, stores progress, or only checks the claim; within a transaction the claim is then certain until
   * its end.
   */
  renew(id: string, claimId: string, changes: { leaseEndsAt?: Date; progress?: JobProgress }): Promise<ClaimState>;
  /** False, and nothing is written, if the claim was lost. A job that was cancelled meanwhile is not run again. */
  settle(id: string, claimId: string, outcome: JobOutcome): Promise<boolean>;
  /**
   * Ends a waiting job, or asks a running one to end; returns the state before, undefined if there is none or it had
   * ended.
   */
  cancel(id: StoppableJobId, now: Date): Promise<JobState | undefined>;
  /**
   * Restarts a dead or cancelled job with all its attempts, and makes a delayed one ready at once. False for any other,
   * and for an ended one while another with its unique key waits or runs.
   */
  retry(id: StoppableJobId, now: Date): Promise<boolean>;
  removeEndedBefore(time: Date): Promise<number>;
  /** When a schedule is next due; undefined before its first run. */
  findNextRun(schedule: string): Promise<Date | undefined>;
  setNextRun(schedule: string, at: Date): Promise<void>;
}
