import type { AccountChange } from "../events/account-change.ts";
import type { Repositories } from "../ports/database.ts";
import type { Job, JobProgress } from "./job.ts";

/** One kind of job, and how to run it. */
export interface JobKind {
  readonly name: string;
  readonly maxAttempts: number;
  /** The attempt fails after this; the lease is renewed as long as the work runs. */
  readonly timeoutMs: number;
  /**
   * Which slots its jobs use, so that waiting for a mail server, for remote sources, for picture decoding or for large
   * files delays nothing else. Default: the slots of the server's own work.
   */
  readonly pool?: "mail" | "fetching" | "pictures" | "checksums";
  /** Does the work, or what earlier attempts left of it. @throws {JobGivenUpError} if no further attempt can succeed */
  run(attempt: JobAttempt): Promise<void>;
  /**
   * Records that the job ended without `run` having succeeded, in the transaction that ends it. May be called for a job
   * that never ran.
   */
  noteEnd?(rows: Repositories, job: Job, end: JobEnd): Promise<void>;
  /**
   * For kinds whose work ends with its job, so that running the same job again would do nothing: what to do instead, as
   * a sentence for the operator.
   */
  insteadOfRetry?(rows: Pick<Repositories, "remoteUploads">, job: Job): Promise<string>;
}

export interface JobEnd {
  readonly state: "dead" | "cancelled";
  readonly at: Date;
}

/** One claim of a job, as its kind sees it. */
export interface JobAttempt {
  readonly job: Job;
  /** Aborted when the job is cancelled or took too long, the claim was lost, or the process ends. */
  readonly signal: AbortSignal;
  /**
   * Marks a point between two parts of the work, at which it may stop and continue later.
   * @throws the reason of `signal`, once it is aborted
   */
  step(name: string): Promise<void>;
  /**
   * Stored at most once a second, so it may be called often. Resolves once it is stored and never rejects: a caller
   * that transfers bytes need not wait for the disk.
   * @param told the change that watchers of the account are told
   */
  report(progress: JobProgress, told?: AccountChange): Promise<void>;
  /** There was nothing to do: the job's row is deleted once it is done. */
  forget(): void;
  /**
   * A transaction that is valid only while the claim is: once the claim is lost, nothing more is written.
   * @throws {ClaimLostError}
   */
  commit<T>(work: (rows: Repositories) => Promise<T>): Promise<T>;
}

/** Tells the queue that retrying is useless: the job becomes dead immediately. */
export class JobGivenUpError extends Error {
  override name = "JobGivenUpError";
}

/** An expected failure of an attempt that needs no attention from the operator. Another attempt follows. */
export class JobRetryError extends Error {
  override name = "JobRetryError";
  /** Do not retry before this; an hour at most. */
  readonly notBeforeMs: number;

  constructor(message: string, { notBeforeMs = 0, cause }: { notBeforeMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause });
    this.notBeforeMs = notBeforeMs;
  }
}

/** Another worker has the job, or nobody has it any more. */
export class ClaimLostError extends Error {
  override name = "ClaimLostError";
  constructor() {
    super("Another worker has taken this job over.");
  }
}

export class JobCancelledError extends Error {
  override name = "JobCancelledError";
  constructor() {
    super("The job was cancelled.");
  }
}

export class JobTimeoutError extends Error {
  override name = "JobTimeoutError";
  constructor(timeoutMs: number) {
    super(`The job took longer than ${timeoutMs / 1000} s.`);
  }
}

/** The process ends: work that can continue later is returned to the queue. */
export class WorkerStoppedError extends Error {
  override name = "WorkerStoppedError";
  constructor() {
    super("The server is stopping.");
  }
}
