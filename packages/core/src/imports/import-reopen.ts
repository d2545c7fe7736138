import type { JobAttempt } from "../jobs/job-kind.ts";
import type { Clock } from "../ports/clock.ts";

/** Per transaction. */
const ENTRIES_AT_ONCE = 250;

/** Reopens the failed entries, for the job that starts when an import is retried. */
export async function reopenFailed(attempt: JobAttempt, clock: Clock, id: number): Promise<void> {
  const now = clock.now();
  let after: number | undefined = -1;
  while (after !== undefined) {
    const page: { after: number; limit: number; now: Date } = { after, limit: ENTRIES_AT_ONCE, now };
    after = await attempt.commit((rows) => rows.imports.reopenFailed(id, page));
    await attempt.step("reopened");
  }
}
