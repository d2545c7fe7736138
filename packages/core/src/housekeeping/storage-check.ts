import type { Blob } from "../files/file.ts";
import type { Checksums } from "../files/checksums.ts";
import type { BlobStore, ListedBlob } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import { areTooMany, bytesWithoutRow, giveUpUnknown, UNKNOWN_BYTES_LIFE_MS } from "./bytes-collection.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import { ContentCheck, type ContentFinding, isDamage } from "./content-check.ts";
import { checkCounters, type CounterFinding } from "./counter-check.ts";

const PAGE = 500;
const BATCH = 100;
/**
 * Longer than any upload may take: its first file is complete hours before the last one and before the rows of both.
 */
const YOUNG_BYTES_MS = 6 * 3_600_000;

export type StorageFinding =
  | ContentFinding
  /** Bytes without a row: left by a crash between storing and filing, or newer than the database. */
  | { problem: "bytes-without-row"; blobKey: string; sizeBytes: number; isOld: boolean; isRepaired: boolean }
  /** A row that no file refers to. Safe to remove. */
  | { problem: "row-without-file"; blobKey: string; isRepaired: boolean }
  /** Nothing is lost, but quotas and `user/info` are off by this. */
  | CounterFinding;

export interface StorageCheckReport {
  blobRows: number;
  storedBlobs: number;
  findings: StorageFinding[];
  /** So many stored bytes are unknown that none was, or would be, removed. */
  isStopped: boolean;
  /** No finding involves lost data. */
  isSound: boolean;
}

interface CheckOptions {
  repair: boolean;
  isDeep: boolean;
  /** Also removes unknown bytes that are younger than a week, however many they are. */
  removesAllUnknown?: boolean;
  signal?: AbortSignal;
}

/** Compares rows with bytes both ways, and counters with what they count. May run while the server works. */
export class StorageCheck {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #contents: ContentCheck;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    checksums: Checksums;
    remover: BytesRemover;
    clock: Clock;
  }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#contents = new ContentCheck(input);
    this.#remover = input.remover;
    this.#clock = input.clock;
  }

  /**
   * `isDeep` reads every byte and compares it with the manifest or Whirlpool checksum, otherwise only contents marked
   * before; `repair` removes what is safe to remove, within the limits of `BytesCollection`, and corrects counters.
   * Damage is marked in any case.
   */
  async run(options: CheckOptions): Promise<StorageCheckReport> {
    const report: StorageCheckReport = { blobRows: 0, storedBlobs: 0, findings: [], isStopped: false, isSound: true };
    await this.#walkRows(report, options);
    if (options.repair) await this.#remover.run(options.signal);
    await this.#checkBytes(report, options);
    report.findings.push(...(await checkCounters(this.#database, options)));
    report.isSound = !report.findings.some(({ problem }) => isDamage(problem));
    return report;
  }

  async #walkRows(report: StorageCheckReport, options: CheckOptions): Promise<void> {
    let after: string | undefined;
    for (;;) {
      const page = await this.#database.blobs.listPage(after, PAGE);
      const referenced = new Set(await this.#database.blobs.listReferenced(page.map(({ id }) => id)));
      for (const blob of page) {
        options.signal?.throwIfAborted();
        report.blobRows += 1;
        const finding = referenced.has(blob.id)
          ? await this.#contents.check(blob, options)
          : await this.#unreferenced(blob, options.repair);
        if (finding !== undefined) report.findings.push(finding);
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  }

  async #unreferenced(blob: Blob, repair: boolean): Promise<StorageFinding> {
    const discarded = repair
      ? await this.#database.transaction(async (rows) => {
          const keys = await rows.blobs.removeUnreferenced([blob.id]);
          await rows.discardedBytes.add(keys, this.#clock.now());
          return keys;
        })
      : [];
    return { problem: "row-without-file", blobKey: blob.key, isRepaired: discarded.length > 0 };
  }

  async #checkBytes(report: StorageCheckReport, options: CheckOptions): Promise<void> {
    const { unknown, storedBytes } = await this.#findUnknown(report, options.signal);
    const old = unknown.filter(({ modifiedAt }) => this.#isOlder(modifiedAt, UNKNOWN_BYTES_LIFE_MS));
    report.isStopped =
      options.removesAllUnknown !== true &&
      areTooMany({
        storedContents: report.storedBlobs,
        storedBytes,
        unknownContents: old.length,
        unknownBytes: old.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      });
    const given = new Set<string>();
    if (options.repair && !report.isStopped) {
      const meant = options.removesAllUnknown === true ? unknown : old;
      for (let at = 0; at < meant.length; at += BATCH) {
        options.signal?.throwIfAborted();
        const part = meant.slice(at, at + BATCH);
        const removed = await this.#database.transaction((rows) => giveUpUnknown(rows, part, this.#clock.now()));
        for (const { key } of removed) given.add(key);
      }
      await this.#remover.run(options.signal);
    }
    const oldKeys = new Set(old.map(({ key }) => key));
    for (const { key: blobKey, sizeBytes } of unknown) {
      const [isOld, isRepaired] = [oldKeys.has(blobKey), given.has(blobKey)];
      report.findings.push({ problem: "bytes-without-row", blobKey, sizeBytes, isOld, isRepaired });
    }
  }

  /** Leaves out those of running uploads. */
  async #findUnknown(
    report: StorageCheckReport,
    signal: AbortSignal | undefined,
  ): Promise<{ unknown: ListedBlob[]; storedBytes: number }> {
    const unknown: ListedBlob[] = [];
    let storedBytes = 0;
    let page: ListedBlob[] = [];
    for await (const stored of this.#blobs.list()) {
      signal?.throwIfAborted();
      report.storedBlobs += 1;
      storedBytes += stored.sizeBytes;
      if (!this.#isOlder(stored.modifiedAt, YOUNG_BYTES_MS)) continue;
      page.push(stored);
      if (page.length < PAGE) continue;
      unknown.push(...(await bytesWithoutRow(this.#database, page)));
      page = [];
    }
    unknown.push(...(await bytesWithoutRow(this.#database, page)));
    return { unknown, storedBytes };
  }

  #isOlder(time: Date, ageMs: number): boolean {
    return this.#clock.now().getTime() - time.getTime() >= ageMs;
  }
}
