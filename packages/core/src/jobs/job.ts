/** Strings, numbers, booleans, and lists and objects of them: values that can be stored as JSON. */
export type JobPayload = Readonly<Record<string, unknown>>;

/**
 * `delayed` until its time has come, `ready` to be claimed, `running`; or ended: `done`, `cancelled`, or `dead`, which
 * the operator should look at.
 */
export type JobState = "delayed" | "ready" | "running" | "done" | "dead" | "cancelled";

export const jobStates: readonly JobState[] = ["delayed", "ready", "running", "done", "dead", "cancelled"];

export interface JobProgress {
  readonly done: number;
  /** Undefined if unknown. */
  readonly total: number | undefined;
}

/** Only the holder of this claim may write the result of the job. */
export interface JobClaim {
  /** A new random one for each attempt. */
  readonly id: string;
  /** Identifies the process, for people. */
  readonly worker: string;
  /** Anybody may take the job over after this. */
  readonly leaseEndsAt: Date;
}

/** Work that outlives the call that asked for it. It may run more than once, so every kind must be idempotent. */
export interface Job {
  readonly id: string;
  /** Name of a `JobKind`. */
  readonly kind: string;
  readonly payload: JobPayload;
  /** The account whose turn it takes; undefined for the server's own work. */
  readonly accountId: string | undefined;
  /** Only one job with the same key waits or runs at a time. */
  readonly uniqueKey: string | undefined;
  /** Shared by jobs that must not all run at once, such as those that contact the same host. */
  readonly lane: string | undefined;
  /** 0 goes first, 9 last. */
  readonly priority: number;
  readonly state: JobState;
  readonly runAt: Date;
  /** Claims so far, including those that killed their worker. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress: JobProgress | undefined;
  /** Why the last attempt failed, if it did. */
  readonly lastError: string | undefined;
  readonly isCancelRequested: boolean;
  /** Set while it runs. */
  readonly claim: JobClaim | undefined;
  readonly createdAt: Date;
  /** Start of the last attempt. */
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}
