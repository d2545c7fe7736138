import type { JobAttempt } from "../jobs/job-kind.ts";
import { pagesByPosition } from "../listing.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { noTransfers, sumOf, type TransferCounts, type TransferMeter } from "./transfer-meter.ts";

const DAYS_TOPIC = "day";
/** A little more than two years. */
const KEPT_DAYS = 800;
/** Accounts and contents that are counted within some hundredths of a second. */
const QUICK_ROWS = 1000;

/** What the server stores. */
export interface Holdings {
  accounts: number;
  files: number;
  /** As counted for accounts and guests: identical contents count each time. */
  fileBytes: number;
  /** Trash of accounts, counted the same way. */
  trashBytes?: number;
  /** Older versions of their files, counted the same way. */
  versionBytes?: number;
  /** Identical contents count once. */
  contents: number;
  storedBytes: number;
}

export interface DayFigures extends TransferCounts {
  /** `2026-11-29`, UTC. */
  day: string;
  /** Counted early on that day, and again while there is little to count. */
  holdings?: Holdings;
  /** When it was counted, in milliseconds since 1970. */
  heldAt?: number;
}

/** Daily figures, for planning a larger disk. */
export class Statistics {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly meter: TransferMeter;

  constructor(input: { database: Database; clock: Clock; meter: TransferMeter }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.meter = input.meter;
  }

  /**
   * Adds what this process has sent and received since the last time, and counts what is stored: once a day, or each
   * time while that is quick. Otherwise a new server would seem to store nothing on its first day.
   */
  async note(attempt: JobAttempt): Promise<void> {
    const now = this.#clock.now();
    const { holdings: counted } = await this.#find(this.#database, dayOf(now));
    const isEnough = counted !== undefined && counted.accounts + counted.contents >= QUICK_ROWS;
    const holdings = isEnough ? undefined : await this.count(attempt.signal);
    await attempt.step("counted");
    await this.#addTransfers(now, holdings, (work) => attempt.commit(work));
    await attempt.step("figures noted");
  }

  /** Adds what this process has sent and received since the last time; writes nothing if that is zero. */
  async noteTransfers(): Promise<void> {
    if (!this.meter.hasCounts) return;
    await this.#addTransfers(this.#clock.now(), undefined, (work) => this.#database.transaction(work));
  }

  async #addTransfers(
    now: Date,
    holdings: Holdings | undefined,
    commit: (work: (rows: Repositories) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const drained = this.meter.drain();
    const day = dayOf(now);
    try {
      await commit(async (rows) => {
        const known = await this.#find(rows, day);
        const held = holdings === undefined ? {} : { holdings, heldAt: now.getTime() };
        const value = { ...known, ...sumOf(known, drained), ...held };
        await rows.notes.set({ topic: DAYS_TOPIC, name: day, value, notedAt: now });
        await rows.notes.removeAllBut(DAYS_TOPIC, KEPT_DAYS);
      });
    } catch (error) {
      this.meter.giveBack(drained);
      throw error;
    }
  }

  /** Latest days first. Days recorded by a clock that was ahead are only shown when they arrive. */
  async listDays(limit: number): Promise<DayFigures[]> {
    const notes = await this.#database.notes.listLast(DAYS_TOPIC, limit, dayOf(this.#clock.now()));
    return notes.map(({ name, value }) => ({ ...noTransfers, ...value, day: name }));
  }

  /** Goes through all contents, page by page. */
  async count(signal?: AbortSignal): Promise<Holdings> {
    const { accounts, blobs, files, trash, versions } = this.#database;
    const none = { accounts: 0, contents: 0, storedBytes: 0, trashBytes: 0, versionBytes: 0 };
    const held = { ...none, ...(await files.getUsageOfGuests()) };
    const readAccounts = (after: { createdAt: Date; id: string } | undefined, limit: number) =>
      accounts.list({ after, limit });
    for await (const page of pagesByPosition(readAccounts, (account) => account, Infinity)) {
      signal?.throwIfAborted();
      held.accounts += page.length;
      for (const { id } of page) {
        const usage = await files.getUsage(id);
        held.files += usage.fileCount;
        held.fileBytes += usage.sizeBytes;
        held.trashBytes += (await trash.getUsage(id)).sizeBytes;
        held.versionBytes += (await versions.getUsage(id)).sizeBytes;
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

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
