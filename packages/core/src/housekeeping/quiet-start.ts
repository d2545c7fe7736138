import type { JobAttempt } from "../jobs/job-kind.ts";
import type { Database } from "../ports/database.ts";

const DAY_MS = 24 * 3_600_000;

/** When some work that removes what is old ran last; instants in milliseconds since 1970, as they are kept as JSON. */
export interface QuietState {
  ranAt: number;
  /** Nothing is removed before. */
  quietUntil: number;
}

/**
 * A clock that jumped ahead makes everything old at once, and so does a long stop. After a gap, and when the work is
 * switched on, it is quiet for a day, in which a clock is put right and an operator may think again.
 * @param isStricter removes from now on what was to be kept
 */
export function quietState(known: Partial<QuietState>, now: Date, { isStricter = false } = {}): QuietState {
  const gapMs = Math.abs(now.getTime() - (known.ranAt ?? 0));
  const quietUntil = gapMs > DAY_MS || isStricter ? now.getTime() + DAY_MS : (known.quietUntil ?? 0);
  return { ranAt: now.getTime(), quietUntil };
}

/** Notes that such work runs now; answers whether it is to remove nothing yet. */
export async function noteRun(
  { notes }: Pick<Database, "notes">,
  attempt: JobAttempt,
  { topic, now }: { topic: string; now: Date },
): Promise<boolean> {
  const known: Partial<QuietState> = (await notes.find(topic, ""))?.value ?? {};
  const state = quietState(known, now);
  await attempt.commit((rows) => rows.notes.set({ topic, name: "", value: { ...state }, notedAt: now }));
  await attempt.step("run noted");
  return state.quietUntil > state.ranAt;
}
