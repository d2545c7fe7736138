import type { Database } from "../ports/database.ts";
import type { Job } from "./job.ts";
import type { JobKind } from "./job-kind.ts";
import type { JobOutcome } from "./job-repository.ts";

/** Writes the result of an attempt; if the job ends with it, its kind records that in the same transaction. */
export async function settleJob(
  database: Pick<Database, "jobs" | "transaction">,
  kind: Pick<JobKind, "noteEnd"> | undefined,
  job: Job,
  outcome: JobOutcome,
): Promise<void> {
  const claimId = job.claim?.id ?? "";
  // A job that was cancelled meanwhile ends too, whatever the result of the attempt.
  if (kind?.noteEnd === undefined || outcome.state === "done") {
    await database.jobs.settle(job.id, claimId, outcome);
    return;
  }
  await database.transaction(async (rows) => {
    if (!(await rows.jobs.settle(job.id, claimId, outcome))) return;
    const state = (await rows.jobs.findById(job.id))?.state;
    if (state === "dead" || state === "cancelled") await kind.noteEnd?.(rows, job, { state, at: outcome.at });
  });
}
