import type { JobAttempt } from "../jobs/job-kind.ts";
import { pagesByPosition } from "../listing.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { noTransfers, sumOf, type TransferCounts, type TransferMeter } from "./transfer-meter.ts";

const DAYS_TOPIC = "day";
/** Somewhat more than two years. */
const KEPT_DAYS = 800;

/** What the server holds. */
export interface Holdings {
  accounts: number;
  files: number;
  /** As accounts and guests count them: equal contents each time. */
  fileBytes: number;
  /** Equal contents once. */
  contents: number;
  storedBytes: number;
}

export interface DayFigures extends TransferCounts {
  /** `2026-11-29`, UTC. */
  day: string;
  /** Counted once, early on that day. */
  holdings?: Holdings;
}

/** Figures of each day, for whoever plans a larger disk. */
export class Statistics {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly meter: TransferMeter;

  constructor(input: { database: Database; clock: Clock; meter: TransferMeter }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.meter = input.meter;
  }

  /** Adds what this process has sent and taken since the last time, and counts what is held once a day. */
  async note(attempt: JobAttempt): Promise<void> {
    const now = this.#clock.now();
    const day = now.toISOString().slice(0, 10);
    const isCounted = (await this.#find(this.#database, day)).holdings !== undefined;
    const holdings = isCounted ? undefined : await this.count(attempt.signal);
    await attempt.step("counted");
    const drained = this.meter.drain();
    try {
      await attempt.commit(async (rows) => {
        const known = await this.#find(rows, day);
        const value = { ...known, ...sumOf(known, drained), ...(holdings === undefined ? {} : { holdings }) };
        await rows.notes.set({ topic: DAYS_TOPIC, name: day, value, notedAt: now });
        await rows.notes.removeAllBut(DAYS_TOPIC, KEPT_DAYS);
      });
    } catch (error) {
      this.meter.giveBack(drained);
      throw error;
    }
    await attempt.step("figures noted");
  }

  /** The latest days first. */
  async listDays(limit: number): Promise<DayFigures[]> {
    const notes = await this.#database.notes.listLast(DAYS_TOPIC, limit);
    return notes.map(({ name, value }) => ({ ...noTransfers, ...value, day: name }));
  }

  /** Takes as long as there are contents, page by page. */
  async count(signal?: AbortSignal): Promise<Holdings> {
    const { accounts, blobs, files } = this.#database;
    const held: Holdings = { accounts: 0, contents: 0, storedBytes: 0, ...(await files.getUsageOfGuests()) };
    const readAccounts = (after: { createdAt: Date; id: string } | undefined, limit: number) =>
      accounts.list({ after, limit });
    for await (const page of pagesByPosition(readAccounts, (account) => account, Infinity)) {
      signal?.throwIfAborted();
      held.accounts += page.length;
      for (const { id } of page) {
        const usage = await files.getUsage(id);
        held.files += usage.fileCount;
        held.fileBytes += usage.sizeBytes;
      }
    }
    const readBlobs = (after: string | undefined, limit: number) => blobs.listPage(after, limit);
    for await (const page of pagesByPosition(readBlobs, ({ id }) => id, Infinity)) {
      signal?.throwIfAborted();
      held.contents += page.length;
      for (const { sizeBytes } of page) held.storedBytes += sizeBytes;
    }
    return held;
  }

  async #find({ notes }: Pick<Database, "notes">, day: string): Promise<DayFigures> {
    return { ...noTransfers, ...(await notes.find(DAYS_TOPIC, day))?.value, day };
  }
}
