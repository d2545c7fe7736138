import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Bytes are completed before their rows exist: young ones may belong to an upload that is being filed. */
const YOUNG_BLOB_MS = HOUR_MS;
/** Longer than any upload may take. */
const STALE_STAGED_MS = 6 * HOUR_MS;
const LOCK_HISTORY_MS = 7 * DAY_MS;
const AUDIT_LIFE_MS = 400 * DAY_MS;
const BATCH = 100;

export interface CollectionReport {
  tokens: number;
  uploads: number;
  locks: number;
  auditRecords: number;
  blobs: number;
  staged: number;
}

/** Removes what has ended: rows first, bytes after, and bytes only when no file refers to them. */
export class Collector {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;

  constructor(input: { database: Database; blobs: BlobStore; clock: Clock }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#clock = input.clock;
  }

  async collect(signal?: AbortSignal): Promise<CollectionReport> {
    const now = this.#clock.now();
    const before = (ageMs: number) => new Date(now.getTime() - ageMs);
    const rows = this.#database;
    return {
      tokens: await rows.downloadTokens.removeExpired(now),
      uploads: await rows.uploads.removeExpired(now),
      locks: await rows.floodLocks.removeEndedBefore(before(LOCK_HISTORY_MS)),
      auditRecords: await rows.audit.removeBefore(before(AUDIT_LIFE_MS)),
      blobs: await this.#collectBlobs(before(YOUNG_BLOB_MS), signal),
      staged: await this.#blobs.sweepStaged(before(STALE_STAGED_MS)),
    };
  }

  async #collectBlobs(olderThan: Date, signal: AbortSignal | undefined): Promise<number> {
    let removed = 0;
    while (signal?.aborted !== true) {
      // The statement that removes the rows checks the references itself: nothing can start to refer to one in between.
      const keys = await this.#database.transaction((rows) => rows.blobs.removeUnreferenced(olderThan, BATCH));
      // The rows are gone: bytes that are not tried now would stay for ever, so one refusal does not spare the others.
      const outcomes = await Promise.allSettled(keys.map((key) => this.#blobs.remove(key)));
      removed += keys.length;
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
      if (keys.length < BATCH) break;
    }
    return removed;
  }
}
