import type { BlobStore } from "../ports/blob-store.ts";
import { RESUME_WINDOW_MS } from "../downloads/download-service.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { REPORT_LIFE_MS } from "../uploads/upload.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { BytesRemover } from "./bytes-remover.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any upload may take. */
const STALE_STAGED_MS = 6 * HOUR_MS;
const LOCK_HISTORY_MS = 7 * DAY_MS;
const AUDIT_LIFE_MS = 400 * DAY_MS;

export interface CollectionReport {
  tokens: number;
  uploads: number;
  locks: number;
  auditRecords: number;
  blobs: number;
  staged: number;
}

/** Removes what has ended, and what could not be removed when it ended. */
export class Collector {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;

  constructor(input: { database: Database; blobs: BlobStore; remover: BytesRemover; clock: Clock }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#remover = input.remover;
    this.#clock = input.clock;
  }

  async collect(signal?: AbortSignal): Promise<CollectionReport> {
    const now = this.#clock.now();
    const before = (ageMs: number) => new Date(now.getTime() - ageMs);
    const latest = (lifeMs: number) => new Date(now.getTime() + lifeMs + CLOCK_STEP_MS);
    const rows = this.#database;
    return {
      tokens: await rows.downloadTokens.removeExpired(now, latest(RESUME_WINDOW_MS)),
      uploads: await rows.uploads.removeExpired(now, latest(REPORT_LIFE_MS)),
      locks: await rows.floodLocks.removeEndedBefore(before(LOCK_HISTORY_MS)),
      auditRecords: await rows.audit.removeBefore(before(AUDIT_LIFE_MS)),
      blobs: await this.#remover.run(signal),
      staged: await this.#blobs.sweepStaged(before(STALE_STAGED_MS), latest(0)),
    };
  }
}
