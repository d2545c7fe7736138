import type { AccountDeletion } from "../accounts/account-deletion.ts";
import type { JobKind } from "../jobs/job-kind.ts";
import type { JobSchedule } from "../jobs/job-schedule.ts";
import type { BytesCollection } from "./bytes-collection.ts";
import type { Collector } from "./collector.ts";
import type { GuestFiles } from "./guest-files.ts";
import { type Scrub, type ScrubRules, USUAL_SCRUB_MS } from "./scrub.ts";
import type { Statistics } from "./statistics.ts";
import type { TrashEmptying } from "./trash-emptying.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = 10 * MINUTE_MS;
const TIMEOUT_MS = HOUR_MS;
/** One content of hundreds of gigabytes is read in one go, however slowly. */
const SCRUB_TIMEOUT_MS = 14 * DAY_MS;
const MAX_ATTEMPTS = 5;
/** A low priority: it nearly always runs, and nobody waits for it. */
const LAST = 9;

export interface HousekeepingRules {
  scrub: ScrubRules;
  /** How long a guest's file is kept when nobody downloads it; 0: for ever. */
  guestFilesMs: number;
}

export const usualHousekeeping: HousekeepingRules = {
  scrub: { everyMs: USUAL_SCRUB_MS, bytesPerSecond: undefined },
  guestFilesMs: 0,
};

export interface Housekeeping {
  collector: Collector;
  bytesCollection: BytesCollection;
  scrub: Scrub;
  guestFiles: GuestFiles;
  statistics: Statistics;
  trashEmptying: TrashEmptying;
  deletedAccounts: Pick<AccountDeletion, "run">;
}

/** The server's own recurring jobs. */
export function housekeepingKinds(parts: Housekeeping): JobKind[] {
  const { collector, bytesCollection, scrub, guestFiles, statistics, trashEmptying, deletedAccounts } = parts;
  const usual = { maxAttempts: MAX_ATTEMPTS, timeoutMs: TIMEOUT_MS };
  return [
    {
      ...usual,
      name: "expire",
      run: async (attempt) => {
        await collector.removeEnded(attempt);
        await guestFiles.noteOff(attempt);
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
    {
      ...usual,
      name: "collect-bytes",
      timeoutMs: DAY_MS,
      run: async (attempt) => {
        const { signal } = attempt;
        await bytesCollection.run({
          signal,
          step: (name) => attempt.step(name),
          commit: (work) => attempt.commit(work),
        });
        signal.throwIfAborted();
      },
    },
    { ...usual, name: "scrub", timeoutMs: SCRUB_TIMEOUT_MS, run: (attempt) => scrub.run(attempt) },
    { ...usual, name: "guest-files", run: (attempt) => guestFiles.removeUnused(attempt) },
    { ...usual, name: "statistics", run: (attempt) => statistics.note(attempt) },
    { ...usual, name: "empty-trash", run: (attempt) => trashEmptying.run(attempt) },
    { ...usual, name: "remove-accounts", timeoutMs: DAY_MS, run: (attempt) => deletedAccounts.run(attempt) },
  ];
}

/** Jobs that are switched off are not scheduled. */
export function housekeepingSchedules({ scrub, guestFilesMs }: HousekeepingRules): JobSchedule[] {
  return [
    ...["expire", "remove-bytes", "sweep-staged", "statistics", "empty-trash"].map((kind) => ({
      kind,
      everyMs: EVERY_MS,
    })),
    { kind: "collect-bytes", everyMs: DAY_MS },
    { kind: "remove-accounts", everyMs: HOUR_MS },
    ...(scrub.everyMs === 0 ? [] : [{ kind: "scrub", everyMs: EVERY_MS, priority: LAST }]),
    ...(guestFilesMs === 0 ? [] : [{ kind: "guest-files", everyMs: HOUR_MS }]),
  ];
}
