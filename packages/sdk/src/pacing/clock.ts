import { platform } from "#platform";
import type { SteadyTime } from "../platform/platform.ts";
import { sleep } from "../wait.ts";

/** Time as waiting needs it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A clock that nobody sets, for what has to be waited for; where it is absent `now` has to do. */
  steady?(): SteadyTime;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A moment by both clocks. Somebody may set the one, and the other begins anew with the machine. */
export interface Moment {
  /** Milliseconds since 1970. */
  atMs: number;
  steady?: SteadyTime;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ...(platform.steadyTime === undefined ? {} : { steady: platform.steadyTime }),
  sleep,
};

export function momentOf(clock: Clock): Moment {
  return { atMs: clock.now(), ...(clock.steady === undefined ? {} : { steady: clock.steady() }) };
}

/** For differences within one process. */
export const steadyMs = (clock: Clock): number => clock.steady?.().ms ?? clock.now();

/** From one moment to another of the same process; negative when the second was before the first. */
export function msBetween(first: Moment, second: Moment): number {
  return steadyDifference(first, second) ?? second.atMs - first.atMs;
}

/**
 * How long ago a moment was that may have been noted by another process, or before the machine was started anew. Where
 * only the wall clock can tell and it was set back, the time is counted from now on.
 */
export function msSince(noted: Moment, now: Moment): number {
  const steady = steadyDifference(noted, now);
  // Never more than the truth, and less when the machine was started anew meanwhile, which makes a wait longer and never too short.
  if (steady !== undefined && steady >= 0) return steady;
  const ms = Math.max(0, now.atMs - noted.atMs);
  noted.atMs = now.atMs - ms;
  if (now.steady !== undefined) noted.steady = { ...now.steady, ms: now.steady.ms - ms };
  return ms;
}

function steadyDifference({ steady: first }: Moment, { steady: second }: Moment): number | undefined {
  return first === undefined || first.clock !== second?.clock ? undefined : second.ms - first.ms;
}
