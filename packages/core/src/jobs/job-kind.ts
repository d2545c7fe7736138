import type { AccountChange } from "../events/account-change.ts";
import type { Repositories } from "../ports/database.ts";
import type { Job, JobProgress } from "./job.ts";

/** One kind of job, and how it is done. */
export interface JobKind {
  readonly name: string;
  readonly maxAttempts: number;
  /** The attempt ends as failed after this; a lease lasts as long as the work really lives. */
  readonly timeoutMs: number;
  /**
   * Whose places its jobs take, so that what waits for others keeps nothing else waiting: a mail server, or sources
   * elsewhere, or the decoding of pictures, or large files. Those of the server's own work where it is left out.
   */
  readonly pool?: "mail" | "fetching" | "pictures" | "checksums";
  /** Does the work, or what earlier attempts left of it. @throws {JobGivenUpError} when no attempt can do better */
  run(attempt: JobAttempt): Promise<void>;
  /**
   * Notes that the job ended without `run` having ended well, in the transaction that ends it. It may be called for a job
   * that never ran.
   */
  noteEnd?(rows: Repositories, job: Job, end: JobEnd): Promise<void>;
  /**
   * For kinds whose work ends with its job, so that the same job run again would find nothing to do: what to do instead,
   * as a sentence for the operator.
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
   * Marks a point between two parts of the work, at which it may end and go on later.
   * @throws the reason of `signal`, once it is aborted
   */
  step(name: string): Promise<void>;
  /**
   * Stored at most once a second, so it may be called often. Resolves once it is stored and never rejects: a caller with
   * bytes to move need not wait for the disk.
   * @param told what watchers of the account are told
   */
  report(progress: JobProgress, told?: AccountChange): Promise<void>;
  /** There was nothing to do: the job is forgotten once it is done. */
  forget(): void;
  /**
   * A transaction that is valid only while the claim is: once the claim is lost, nothing more is written.
   * @throws {ClaimLostError}
   */
  commit<T>(work: (rows: Repositories) => Promise<T>): Promise<T>;
}

/** Tells the queue that trying again is useless: the job becomes dead immediately. */
export class JobGivenUpError extends Error {
  override name = "JobGivenUpError";
}

/** An expected failure of an attempt, with nothing for the operator to look into. Another attempt follows. */
export class JobRetryError extends Error {
  override name = "JobRetryError";
  /** No sooner than that; an hour at most. */
  readonly notBeforeMs: number;

  constructor(message: string, { notBeforeMs = 0, cause }: { notBeforeMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause });
    this.notBeforeMs = notBeforeMs;
  }
}

/** Another worker has the job, or nobody will. */
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

/** The process ends: what can go on later is given back. */
export class WorkerStoppedError extends Error {
  override name = "WorkerStoppedError";
  constructor() {
    super("The server is stopping.");
  }
}
