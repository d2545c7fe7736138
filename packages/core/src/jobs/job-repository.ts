import type { Permitted } from "../policy/permitted.ts";
import type { Job, JobProgress, JobState } from "./job.ts";

export type NewJob = Pick<
  Job,
  "id" | "kind" | "payload" | "accountId" | "uniqueKey" | "lane" | "priority" | "runAt" | "maxAttempts" | "createdAt"
>;

export interface JobBounds {
  readonly kinds: readonly string[];
  /** Accounts and lanes that have so many running jobs of these kinds are passed over. */
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

/** What time it is, and how far ahead a time may lie that a right clock has noted: one beyond that has come. */
export interface JobTimes {
  readonly now: Date;
  /** Of the end of a lease. */
  readonly latestLease: Date;
  /** Of the next attempt at a job that failed. */
  readonly latestRetry: Date;
}

/** What an attempt ended with; `delayed` and `ready` mean another one. */
export type JobOutcome =
  | { readonly state: "cancelled"; readonly at: Date }
  /** `isForgotten`: nothing of the job is kept. */
  | { readonly state: "done"; readonly at: Date; readonly isForgotten?: boolean }
  | { readonly state: "dead"; readonly at: Date; readonly error: string }
  | { readonly state: "delayed"; readonly at: Date; readonly runAt: Date; readonly error: string }
  /** Given back unharmed: the attempt does not count. */
  | { readonly state: "ready"; readonly at: Date };

export type StoppableJobId = Permitted<"server.manage" | "remote.manage" | "system", string>;

export type ClaimState = "held" | "cancel-requested" | "lost";

/**
 * Jobs that are ready take turns by account: a job's turn follows the last one of its account, or the one claimed last if
 * that is later. So a thousand jobs of one account do not stand before the first of another.
 */
export interface JobRepository {
  /** False, and nothing is added, while a job of that unique key has not ended. */
  add(job: NewJob): Promise<boolean>;
  /** Jobs of one account and priority, none with a unique key: in few statements, whatever their number. */
  addMany(jobs: readonly NewJob[]): Promise<void>;
  findById(id: string): Promise<Job | undefined>;
  /** The one that has not ended. */
  findByUniqueKey(key: string): Promise<Job | undefined>;
  /** Newest first; `after` is the last job of the page before. */
  list(filter: {
    states?: readonly JobState[];
    kind?: string;
    accountId?: string;
    after?: Pick<Job, "id" | "createdAt">;
    limit: number;
  }): Promise<Job[]>;
  /** Whether `claim`, `makeReady` or `listOverdue` would find something. */
  hasWork(times: JobTimes, kinds: readonly string[]): Promise<boolean>;
  /** Delayed jobs whose time has come get their turn, at most `limit`; returns how many. */
  makeReady(times: JobTimes, limit: number): Promise<number>;
  /** Takes the next job that is ready, by priority and turn; no two callers ever get the same. */
  claim(request: JobRequest): Promise<Job | undefined>;
  /** Whether `claim` would find a job, were there a place for it. */
  canClaim(request: JobBounds): Promise<boolean>;
  /** Running jobs whose lease has ended, the oldest first. */
  listOverdue(times: JobTimes, limit: number): Promise<Job[]>;
  /** Prolongs the lease, notes progress, or only asks, within a transaction for certain until its end. */
  renew(id: string, claimId: string, changes: { leaseEndsAt?: Date; progress?: JobProgress }): Promise<ClaimState>;
  /** False, and nothing is written, when the claim was lost. One that was called off meanwhile does not come again. */
  settle(id: string, claimId: string, outcome: JobOutcome): Promise<boolean>;
  /** Ends a job that waits, asks one that runs to end; the state before, undefined for none or one that had ended. */
  cancel(id: StoppableJobId, now: Date): Promise<JobState | undefined>;
  /** Begins a dead or cancelled job anew. False for any other, and while another of its unique key is under way. */
  retry(id: StoppableJobId, now: Date): Promise<boolean>;
  removeEndedBefore(time: Date): Promise<number>;
  /** When a schedule is next due; undefined before its first time. */
  findNextRun(schedule: string): Promise<Date | undefined>;
  setNextRun(schedule: string, at: Date): Promise<void>;
}
