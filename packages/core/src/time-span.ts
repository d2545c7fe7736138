/**
 * Clock corrections are normally smaller than this. A start further in the future than this was written by a wrong
 * clock.
 */
export const CLOCK_STEP_MS = 5 * 60_000;

/**
 * True while a span lasts. A span that begins in the future was written before the clock was set back: nobody knows how
 * much of it has passed, so it counts as over.
 */
export function isLasting(span: { beganAt: Date; endsAt: Date }, now: Date): boolean {
  return span.endsAt > now && span.beganAt.getTime() <= now.getTime() + CLOCK_STEP_MS;
}
