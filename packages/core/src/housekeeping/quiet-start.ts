import type { JobAttempt } from "../jobs/job-kind.ts";
import type { Database } from "../ports/database.ts";

const DAY_MS = 24 * 3_600_000;

/** When a removal of old things last ran; instants in milliseconds since 1970, because it is stored as JSON. */
export interface QuietState {
  ranAt: number;
  /** Nothing is removed before then. */
  quietUntil: number;
}

/**
 * A clock that jumped ahead makes everything old at once, and so does a long downtime. After a gap, and when the
 * removal is switched on, nothing is removed for a day, in which the clock can be corrected and an operator can
 * reconsider.
 * @param isStricter the setting now removes what was kept before
 */
export function quietState(known: Partial<QuietState>, now: Date, { isStricter = false } = {}): QuietState {
  const gapMs = Math.abs(now.getTime() - (known.ranAt ?? 0));
  const quietUntil = gapMs > DAY_MS || isStricter ? now.getTime() + DAY_MS : (known.quietUntil ?? 0);
  return { ranAt: now.getTime(), quietUntil };
}

/** Records that such work runs now; returns whether it must not remove anything yet. */
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
