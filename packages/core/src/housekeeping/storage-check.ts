import type { Blob } from "../files/file.ts";
import type { BlobStore, ListedBlob } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import { ContentCheck, type ContentFinding, isDamage } from "./content-check.ts";
import { checkCounters, type CounterFinding } from "./counter-check.ts";

const PAGE = 500;
/** Longer than any upload may take: its first file is complete hours before the last one and the rows of both. */
const YOUNG_BYTES_MS = 6 * 3_600_000;

export type StorageFinding =
  | ContentFinding
  /** Bytes no row knows: left by a crash between storing and filing. Safe to remove once old. */
  | { problem: "bytes-without-row"; blobKey: string; sizeBytes: number; isRepaired: boolean }
  /** A row no file refers to. Safe to remove. */
  | { problem: "row-without-file"; blobKey: string; isRepaired: boolean }
  /** Nothing is lost, but quotas and `user/info` are wrong by so much. */
  | CounterFinding;

export interface StorageCheckReport {
  blobRows: number;
  storedBlobs: number;
  findings: StorageFinding[];
  /** No finding that lost data. */
  isSound: boolean;
}

/** Compares rows with bytes both ways, and counters with what they count. May run beside a working server. */
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
   * `isDeep` reads every byte and compares Whirlpool, else only those marked before; `repair` removes what is safe to
   * remove, and corrects counters. Damage is marked in any case.
   */
  async run(options: { repair: boolean; isDeep: boolean; signal?: AbortSignal }): Promise<StorageCheckReport> {
    const report: StorageCheckReport = { blobRows: 0, storedBlobs: 0, findings: [], isSound: true };
    await this.#walkRows(report, options);
    if (options.repair) await this.#remover.run(options.signal);
    await this.#walkBytes(report, options);
    report.findings.push(...(await checkCounters(this.#database, options)));
    report.isSound = !report.findings.some(({ problem }) => isDamage(problem));
    return report;
  }

  async #walkRows(
    report: StorageCheckReport,
    options: { repair: boolean; isDeep: boolean; signal?: AbortSignal },
  ): Promise<void> {
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

  async #walkBytes(report: StorageCheckReport, options: { repair: boolean; signal?: AbortSignal }): Promise<void> {
    let page: ListedBlob[] = [];
    for await (const stored of this.#blobs.list()) {
      options.signal?.throwIfAborted();
      report.storedBlobs += 1;
      if (!this.#isOlder(stored.modifiedAt, YOUNG_BYTES_MS)) continue;
      page.push(stored);
      if (page.length < PAGE) continue;
      report.findings.push(...(await this.#findWithoutRow(page, options.repair)));
      page = [];
    }
    report.findings.push(...(await this.#findWithoutRow(page, options.repair)));
  }

  async #findWithoutRow(page: readonly ListedBlob[], repair: boolean): Promise<StorageFinding[]> {
    const known = await this.#database.blobs.findByKeys(page.map(({ key }) => key));
    const knownKeys = new Set(known.map(({ key }) => key));
    const findings: StorageFinding[] = [];
    for (const { key: blobKey, sizeBytes } of page) {
      if (knownKeys.has(blobKey)) continue;
      if (repair) await this.#blobs.remove(blobKey);
      findings.push({ problem: "bytes-without-row", blobKey, sizeBytes, isRepaired: repair });
    }
    return findings;
  }

  #isOlder(time: Date, ageMs: number): boolean {
    return this.#clock.now().getTime() - time.getTime() >= ageMs;
  }
}
