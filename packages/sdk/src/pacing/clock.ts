import { platform } from "#platform";
import type { SteadyTime } from "../platform/platform.ts";
import { sleep } from "../wait.ts";

/** The clock that waits go by. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A clock that cannot be set, for measuring waits; without it, `now` is used. */
  steady?(): SteadyTime;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A moment by both clocks. The one can be set, and the other restarts with the machine. */
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

/** From one moment to another of the same process; negative if the second was before the first. */
export function msBetween(first: Moment, second: Moment): number {
  return steadyDifference(first, second) ?? second.atMs - first.atMs;
}

/**
 * How long ago a moment was, which may have been recorded by another process or before a restart of the machine. If
 * only the wall clock can tell and it was set back, the time is counted from now on.
 */
export function msSince(noted: Moment, now: Moment): number {
  const steady = steadyDifference(noted, now);
  // Never more than the truth. Less if the machine was restarted in between, which makes a wait longer and never too
  // short.
  if (steady !== undefined && steady >= 0) return steady;
  const ms = Math.max(0, now.atMs - noted.atMs);
  noted.atMs = now.atMs - ms;
  if (now.steady !== undefined) noted.steady = { ...now.steady, ms: now.steady.ms - ms };
  return ms;
}

function steadyDifference({ steady: first }: Moment, { steady: second }: Moment): number | undefined {
  return first === undefined || first.clock !== second?.clock ? undefined : second.ms - first.ms;
}
