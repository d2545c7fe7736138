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
 */
export function quietState(known: Partial<QuietState>, now: Date): QuietState {
  const gapMs = Math.abs(now.getTime() - (known.ranAt ?? 0));
  const quietUntil = gapMs > DAY_MS ? now.getTime() + DAY_MS : (known.quietUntil ?? 0);
  return { ranAt: now.getTime(), quietUntil };
}
