import { type CivilTimes, civilTimesIn, frenchTimes } from "@consigne/contract/civil-time";
import type { Clock } from "../pacing/clock.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import type { ApiCaller } from "./api-caller.ts";
import { retryDelayMs } from "./retry-delay.ts";
import type { ServerDescription } from "./server-description.ts";

/** The times of the server behind a caller. */
export async function timesOf(caller: ApiCaller): Promise<CivilTimes> {
  return (await caller.times?.()) ?? frenchTimes;
}

/**
 * The times of a server, after asking it what it is. Nothing is assumed about a server that cannot be reached: a time
 * that is hours off is worse than none.
 * @throws {NetworkError}
 */
export async function askTimes(
  about: () => Promise<ServerDescription | undefined>,
  { retries, clock }: { retries: number; clock: Clock },
): Promise<CivilTimes> {
  for (let failures = 0; ;) {
    try {
      const zone = (await about())?.timeZone;
      return zone === undefined ? frenchTimes : civilTimesIn(zone);
    } catch (error) {
      failures += 1;
      if (!isConnectionFailure(error) || failures > retries) throw error;
      await clock.sleep(retryDelayMs(failures, undefined));
    }
  }
}
