import type { JobKind } from "../jobs/job-kind.ts";
import type { JobSchedule } from "../jobs/job-schedule.ts";
import type { Collector } from "./collector.ts";

const EVERY_MS = 10 * 60_000;
const TIMEOUT_MS = 3_600_000;
const MAX_ATTEMPTS = 5;

/** What the server does by itself, again and again. */
export function housekeepingKinds(collector: Collector): JobKind[] {
  const usual = { maxAttempts: MAX_ATTEMPTS, timeoutMs: TIMEOUT_MS };
  return [
    {
      ...usual,
      name: "expire",
      run: async (attempt) => {
        for (const [what, remove] of Object.entries(collector.ended)) {
          await attempt.step(what);
          await remove();
        }
      },
    },
    {
      ...usual,
      name: "remove-bytes",
      run: async (attempt) => {
        await collector.removeBytes(attempt.signal, (name) => attempt.step(name));
        attempt.signal.throwIfAborted();
      },
    },
    {
      ...usual,
      name: "sweep-staged",
      run: async () => {
        await collector.sweepStaged();
      },
    },
  ];
}

export const housekeepingSchedules: readonly JobSchedule[] = ["expire", "remove-bytes", "sweep-staged"].map((kind) => ({
  kind,
  everyMs: EVERY_MS,
}));
