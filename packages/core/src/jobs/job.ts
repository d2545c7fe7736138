/** Text, numbers, flags, lists and objects of them: what survives being kept as JSON. */
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

/** Whoever holds it alone may write what becomes of the job. */
export interface JobClaim {
  /** Drawn anew for each attempt. */
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
  /** Whose turn it takes; undefined for the server's own work. */
  readonly accountId: string | undefined;
  /** No two jobs with the same key are under way. */
  readonly uniqueKey: string | undefined;
  /** What the job shares with others that must not all run at once, such as a host they all ask. */
  readonly lane: string | undefined;
  /** 0 goes first, 9 last. */
  readonly priority: number;
  readonly state: JobState;
  readonly runAt: Date;
  /** Claims so far, those included that killed their worker. */
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
