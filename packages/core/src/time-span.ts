/** What corrects a clock that runs well moves it by less. What began later than this from now was noted by a wrong one. */
export const CLOCK_STEP_MS = 5 * 60_000;

/**
 * True while a span lasts. One that would begin in the future was noted by a clock that was put back since: nobody can
 * tell how much of it has passed, so it is over.
 */
export function isLasting(span: { beganAt: Date; endsAt: Date }, now: Date): boolean {
  return span.endsAt > now && span.beganAt.getTime() <= now.getTime() + CLOCK_STEP_MS;
}
