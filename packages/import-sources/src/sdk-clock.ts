import { setTimeout as sleep } from "node:timers/promises";
import type { Clock as CoreClock } from "@consigne/core";
import type { Clock } from "@consigne/sdk";

/** How often a clock is checked that may be moved while somebody waits. */
const LOOK_MS = 100;

/** The server's time, as the client library waits by it: until that time has come, or has passed for everybody. */
export function sdkClock(clock: Pick<CoreClock, "now">): Clock {
  const now = () => clock.now().getTime();
  return {
    now,
    sleep: async (ms, signal) => {
      const startedAtMs = performance.now();
      const until = now() + ms;
      const leftMs = () => Math.min(until - now(), ms - (performance.now() - startedAtMs));
      for (let left = leftMs(); left > 0; left = leftMs()) {
        await sleep(Math.min(left, LOOK_MS), undefined, signal === undefined ? {} : { signal });
      }
      signal?.throwIfAborted();
    },
  };
}
