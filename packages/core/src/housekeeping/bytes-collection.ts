import type { BlobStore, ListedBlob } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import type { Notices } from "./notices.ts";

const PAGE = 500;
const BATCH = 100;
/**
 * Leftovers of a crash are hours old at most, and nobody misses them. But after starting with an older copy of the
 * database, the operator has this long to notice: the bytes it does not know are those of the newest files.
 */
export const UNKNOWN_BYTES_LIFE_MS = 7 * 24 * 3_600_000;
/** Per run; the next one continues. */
const MOST_KEYS = 10_000;
const MOST_BYTES = 1e12;
/**
 * Crashes leave few. More than this, and more than a tenth of all, means that rows and bytes do not belong together.
 */
const MANY_KEYS = 20;
const LARGEST_SHARE = 0.1;

export interface BytesCollectionReport {
  storedContents: number;
  storedBytes: number;
  /** Old, and without a row. */
  unknownContents: number;
  unknownBytes: number;
  removedContents: number;
  removedBytes: number;
  /** There are so many unknown bytes that nothing was removed. */
  isStopped: boolean;
}

export const COLLECTION_TOPIC = "collect-bytes";

interface CollectionRun {
  signal?: AbortSignal | undefined;
  step?: ((name: string) => Promise<void>) | undefined;
  /** A transaction of a job; by default one of the database. */
  commit?<T>(work: (rows: Repositories) => Promise<T>): Promise<T>;
}

/** Removes stored bytes that belong to no file and to nothing in progress. */
export class BytesCollection {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;
  readonly #notices: Notices;

  constructor(input: { database: Database; blobs: BlobStore; remover: BytesRemover; clock: Clock; notices: Notices }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#remover = input.remover;
    this.#clock = input.clock;
    this.#notices = input.notices;
  }

  /** A dry run of `run`. */
  async look(signal?: AbortSignal): Promise<BytesCollectionReport> {
    return (await this.#find(signal)).report;
  }

  async run(run: CollectionRun = {}): Promise<BytesCollectionReport> {
    const { report, unknown } = await this.#find(run.signal);
    await run.step?.("unknown bytes found");
    if (!report.isStopped) {
      for (let at = 0; at < unknown.length; at += BATCH) {
        const given = await this.#giveUp(run, unknown.slice(at, at + BATCH));
        report.removedContents += given.length;
        for (const { sizeBytes } of given) report.removedBytes += sizeBytes;
        await run.step?.("bytes given up");
      }
    }
    const note = { topic: COLLECTION_TOPIC, name: "", value: { ...report }, notedAt: this.#clock.now() };
    await this.#commit(run, (rows) => rows.notes.set(note));
    await run.step?.("report noted");
    this.#tell(report);
    await this.#remover.run(run.signal, run.step);
    return report;
  }

  /** Counts everything, and lists as much as one run may remove. */
  async #find(signal: AbortSignal | undefined): Promise<{ report: BytesCollectionReport; unknown: ListedBlob[] }> {
    const report: BytesCollectionReport = {
      storedContents: 0,
      storedBytes: 0,
      unknownContents: 0,
      unknownBytes: 0,
      removedContents: 0,
      removedBytes: 0,
      isStopped: false,
    };
    const unknown: ListedBlob[] = [];
    let namedBytes = 0;
    const addUnknown = async (page: readonly ListedBlob[]) => {
      for (const blob of await bytesWithoutRow(this.#database, page)) {
        report.unknownContents += 1;
        report.unknownBytes += blob.sizeBytes;
        if (unknown.length >= MOST_KEYS || (unknown.length > 0 && namedBytes + blob.sizeBytes > MOST_BYTES)) continue;
        unknown.push(blob);
        namedBytes += blob.sizeBytes;
      }
    };
    let page: ListedBlob[] = [];
    for await (const stored of this.#blobs.list()) {
      signal?.throwIfAborted();
      report.storedContents += 1;
      report.storedBytes += stored.sizeBytes;
      // A disk dates files by the system clock, whatever the clock of a test says: recent bytes must not look old.
      const now = Math.min(this.#clock.now().getTime(), Date.now());
      if (now - stored.modifiedAt.getTime() < UNKNOWN_BYTES_LIFE_MS) continue;
      page.push(stored);
      if (page.length < PAGE) continue;
      await addUnknown(page);
      page = [];
    }
    await addUnknown(page);
    report.isStopped = areTooMany(report);
    return { report, unknown };
  }

  #giveUp(run: CollectionRun, stored: readonly ListedBlob[]): Promise<ListedBlob[]> {
    return this.#commit(run, (rows) => giveUpUnknown(rows, stored, this.#clock.now()));
  }

  #commit<T>({ commit }: CollectionRun, work: (rows: Repositories) => Promise<T>): Promise<T> {
    return commit === undefined ? this.#database.transaction(work) : commit(work);
  }

  #tell({ isStopped, ...report }: BytesCollectionReport): void {
    if (isStopped) {
      const text =
        "so much data belongs to no file that none of it was removed; check that this is the right database, and the latest one; " +
        "if so, `consigne-server fsck --repair --remove-all-unknown` removes it";
      this.#notices.tell({ isAlarm: true, text, facts: report });
    } else if (report.removedContents > 0) {
      this.#notices.tell({ isAlarm: false, text: "removed stored data that belongs to no file", facts: report });
    }
  }
}

/** Whether so many are unknown that rows and bytes probably do not belong together. */
export function areTooMany({
  storedContents,
  storedBytes,
  unknownContents,
  unknownBytes,
}: Pick<BytesCollectionReport, "storedContents" | "storedBytes" | "unknownContents" | "unknownBytes">): boolean {
  return (
    unknownContents > MANY_KEYS &&
    (unknownContents > storedContents * LARGEST_SHARE || unknownBytes > storedBytes * LARGEST_SHARE)
  );
}

export async function bytesWithoutRow(
  rows: Pick<Repositories, "blobs" | "partUploads">,
  stored: readonly ListedBlob[],
): Promise<ListedBlob[]> {
  const keys = stored.map(({ key }) => key);
  const known = new Set((await rows.blobs.findByKeys(keys)).map(({ key }) => key));
  const unknown = keys.filter((key) => !known.has(key));
  // All its parts have arrived, but its checksum is not known yet.
  for (const key of await rows.partUploads.findHeldKeys(unknown)) known.add(key);
  return stored.filter(({ key }) => !known.has(key));
}

/** Checked again within the transaction. They are then removed like those of removed files. */
export async function giveUpUnknown(
  rows: Pick<Repositories, "blobs" | "discardedBytes" | "partUploads">,
  stored: readonly ListedBlob[],
  now: Date,
): Promise<ListedBlob[]> {
  const unknown = await bytesWithoutRow(rows, stored);
  await rows.discardedBytes.add(
    unknown.map(({ key }) => key),
    now,
  );
  return unknown;
}
