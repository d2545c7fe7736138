import { auditRecord } from "../audit/audit-trail.ts";
import type { UnusedFile } from "../files/file-repository.ts";
import { removeFiles } from "../files/removed-files.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import { bySystem } from "../policy/by-system.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import { type QuietState, quietState } from "./quiet-start.ts";

/** Each gets an audit record. */
const BATCH = 20;
/** Per run; the next one, an hour later, continues. */
const MOST_FILES = 5000;

const RETENTION_TOPIC = "guest-files";

/** Instants in milliseconds since 1970, because it is stored as JSON. */
interface RetentionState extends QuietState {
  removedFiles: number;
  /** As configured; 0 while switched off. */
  unusedMs: number;
}

/**
 * Removes guests' files that nobody has downloaded for as long as the operator has configured; does nothing without
 * that setting.
 */
export class GuestFiles {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;
  /** 0: kept for ever. */
  readonly unusedMs: number;

  constructor(input: { database: Database; remover: BytesRemover; clock: Clock; unusedMs: number }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#clock = input.clock;
    this.unusedMs = input.unusedMs;
  }

  /** Records that it is switched off, so that switching it on again is noticed, however soon. */
  async noteOff(attempt: JobAttempt): Promise<void> {
    if (this.unusedMs > 0) return;
    const known = await this.#find();
    if (known.ranAt === undefined || known.unusedMs === 0) return;
    const state = { ranAt: known.ranAt, quietUntil: 0, removedFiles: known.removedFiles ?? 0, unusedMs: 0 };
    await attempt.commit((rows) => rows.notes.set(noteOf(state, this.#clock.now())));
  }

  async removeUnused(attempt: JobAttempt): Promise<void> {
    if (this.unusedMs === 0) return;
    const state = await this.#begin(attempt);
    await attempt.step("run noted");
    if (state.quietUntil > state.ranAt) return;
    const before = new Date(state.ranAt - this.unusedMs);
    for (let removed = 0; removed < MOST_FILES;) {
      const unused = await this.#database.files.listUnusedOfGuests(before, BATCH);
      const count = await this.#remove(attempt, { unused, before, state });
      removed += unused.length;
      await attempt.step("files removed");
      if (unused.length < BATCH || count === 0) break;
    }
    this.#remover.wake();
  }

  async #find(): Promise<Partial<RetentionState>> {
    return (await this.#database.notes.find(RETENTION_TOPIC, ""))?.value ?? {};
  }

  async #begin(attempt: JobAttempt): Promise<RetentionState> {
    const now = this.#clock.now();
    const known = await this.#find();
    const { unusedMs } = this;
    const before = known.unusedMs ?? unusedMs;
    const isStricter = before === 0 || unusedMs < before;
    const state = { ...quietState(known, now, { isStricter }), removedFiles: known.removedFiles ?? 0, unusedMs };
    await attempt.commit((rows) => rows.notes.set(noteOf(state, now)));
    return state;
  }

  /** Checked again within the transaction: somebody may be downloading one of them. */
  #remove(
    attempt: JobAttempt,
    { unused, before, state }: { unused: readonly UnusedFile[]; before: Date; state: RetentionState },
  ): Promise<number> {
    const now = this.#clock.now();
    return attempt.commit(async (rows) => {
      const still = new Set((await rows.files.listUnusedOfGuests(before, BATCH)).map(({ id }) => id));
      const files = unused.filter(({ id }) => still.has(id));
      await removeFiles(
        rows,
        files.map(({ id, blobId }) => ({
          id: bySystem(id, "the operator set how long guests' files are kept"),
          blobId,
        })),
        now,
      );
      const records = files.map(({ id, name }) =>
        auditRecord("server", now, { action: "file.expire", objectId: id, details: { name: name.slice(0, 200) } }),
      );
      await rows.audit.append(records);
      state.removedFiles += files.length;
      await rows.notes.set(noteOf(state, now));
      return files.length;
    });
  }
}

const noteOf = (state: RetentionState, notedAt: Date) => ({
  topic: RETENTION_TOPIC,
  name: "",
  value: { ...state },
  notedAt,
});
