import type { Job } from "../jobs/job.ts";
import type { Repositories } from "../ports/database.ts";

/** One pass over all stored bytes. Instants in milliseconds since 1970, because it is stored as JSON. */
export interface ScrubPass {
  beganAt: number;
  /** Undefined while it runs. */
  endedAt?: number;
  /** Id of the last content checked. */
  after?: string;
  contents: number;
  bytes: number;
  /** Contents found damaged, including those from earlier passes that still are. */
  damaged: number;
  totalContents: number;
  totalBytes: number;
}

/** What is stored about the passes. */
export interface ScrubState {
  pass?: ScrubPass;
  last?: ScrubPass;
  /** The job that works on the pass, or is about to begin it: two jobs never do so at once. */
  jobId?: string;
  /** The job that an administrator's request added, until it has begun its pass. */
  requestedJobId?: string;
}

/**
 * `waiting`: a pass is about to begin. `running`: a pass is in progress, or continues on its own within minutes.
 * `stopped`: a pass was interrupted, and nothing continues it because the scrub is off.
 */
export type ScrubActivity = "idle" | "waiting" | "running" | "stopped";

const SCRUB_TOPIC = "scrub";

export async function readScrubState({ notes }: Pick<Repositories, "notes">): Promise<ScrubState> {
  return (await notes.find(SCRUB_TOPIC, ""))?.value ?? {};
}

export async function noteScrubState(
  { notes }: Pick<Repositories, "notes">,
  state: ScrubState,
  now: Date,
): Promise<void> {
  await notes.set({ topic: SCRUB_TOPIC, name: "", value: { ...state }, notedAt: now });
}

export async function scrubActivity(
  { jobs }: Pick<Repositories, "jobs">,
  { pass, jobId, requestedJobId }: ScrubState,
  { everyMs }: { everyMs: number },
): Promise<ScrubActivity> {
  const ids = [jobId, requestedJobId].filter((id) => id !== undefined);
  if (pass === undefined && ids.length === 0) return "idle";
  const found = await Promise.all(ids.map((id) => jobs.findById(id)));
  const isContinued = everyMs > 0 || found.some((job) => job !== undefined && !isEnded(job));
  if (pass === undefined) return isContinued ? "waiting" : "idle";
  return isContinued ? "running" : "stopped";
}

const isEnded = ({ state }: Job): boolean => state === "done" || state === "dead" || state === "cancelled";
