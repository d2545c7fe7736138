/** Strings, numbers, booleans, and lists and objects of them: what survives being stored as JSON. */
export type JobPayload = Readonly<Record<string, unknown>>;

/**
 * `delayed` until its time has come, `ready` to be claimed, `running`; or ended: `done`, `cancelled`, or `dead`, which
 * waits for somebody to look.
 */
export type JobState = "delayed" | "ready" | "running" | "done" | "dead" | "cancelled";

export const jobStates: readonly JobState[] = ["delayed", "ready", "running", "done", "dead", "cancelled"];

export interface JobProgress {
  readonly done: number;
  /** Undefined where nobody knows. */
  readonly total: number | undefined;
}

/** Only the holder of this claim may write the outcome of the job. */
export interface JobClaim {
  /** A new random one for each attempt. */
  readonly id: string;
  /** Which process, for people. */
  readonly worker: string;
  /** Anybody may take the job over from then on. */
  readonly leaseEndsAt: Date;
}

/** Work that outlives the call that asked for it. It may run more than once, so each kind ends the same however often. */
export interface Job {
  readonly id: string;
  /** Name of a `JobKind`. */
  readonly kind: string;
  readonly payload: JobPayload;
  /** The account whose turn it takes; undefined for the server's own work. */
  readonly accountId: string | undefined;
  /** Only one job with the same key waits or runs at a time. */
  readonly uniqueKey: string | undefined;
  /** Shared by jobs that must not all run at once, such as those that ask the same host. */
  readonly lane: string | undefined;
  /** 0 goes first, 9 last. */
  readonly priority: number;
  readonly state: JobState;
  readonly runAt: Date;
  /** Claims so far, including those that killed their worker. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress: JobProgress | undefined;
  /** What the last attempt ended with, if it failed. */
  readonly lastError: string | undefined;
  readonly isCancelRequested: boolean;
  /** While it runs. */
  readonly claim: JobClaim | undefined;
  readonly createdAt: Date;
  /** Begin of the last attempt. */
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}
