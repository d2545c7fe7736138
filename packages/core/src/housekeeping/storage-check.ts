import type { Blob, StoredFile } from "../files/file.ts";
import { BlobNotFoundError, type BlobStore, BlobStoreError } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";

const PAGE = 500;
const FILES_NAMED = 100;
/** As in the collector. */
const YOUNG_ROW_MS = 3_600_000;
/** Longer than any upload may take: its first file is complete hours before the last one and the rows of both. */
const YOUNG_BYTES_MS = 6 * 3_600_000;
const READ_BYTES = 1_048_576;

export type StorageFinding =
  /** A row whose bytes are gone or have another length or content. Nothing can repair it but a backup. */
  | {
      problem: "bytes-missing" | "size-differs" | "content-differs";
      blobKey: string;
      files: Pick<StoredFile, "id" | "name">[];
    }
  /** Bytes no row knows: left by a crash between storing and filing. Safe to remove once old. */
  | { problem: "bytes-without-row"; blobKey: string; sizeBytes: number; isRepaired: boolean }
  /** A row no file refers to: its file was removed and the collector has not come yet. Safe to remove. */
  | { problem: "row-without-file"; blobKey: string; isRepaired: boolean };

export interface StorageCheckReport {
  blobRows: number;
  storedBlobs: number;
  findings: StorageFinding[];
  /** No finding that lost data. */
  isSound: boolean;
}

/** Compares rows with bytes both ways. May run beside a working server. */
export class StorageCheck {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #hasher: ContentHasher;
  readonly #clock: Clock;

  constructor(input: { database: Database; blobs: BlobStore; hasher: ContentHasher; clock: Clock }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#hasher = input.hasher;
    this.#clock = input.clock;
  }

  /** `isDeep` reads every byte and compares Whirlpool; `repair` removes what is safe to remove. */
  async run(options: { repair: boolean; isDeep: boolean; signal?: AbortSignal }): Promise<StorageCheckReport> {
    const report: StorageCheckReport = { blobRows: 0, storedBlobs: 0, findings: [], isSound: true };
    await this.#walkRows(report, options);
    await this.#walkBytes(report, options);
    const lossy = new Set(["bytes-missing", "size-differs", "content-differs"]);
    report.isSound = !report.findings.some((finding) => lossy.has(finding.problem));
    return report;
  }

  async #walkRows(
    report: StorageCheckReport,
    options: { repair: boolean; isDeep: boolean; signal?: AbortSignal },
  ): Promise<void> {
    let after: string | undefined;
    for (;;) {
      options.signal?.throwIfAborted();
      const page = await this.#database.blobs.listPage(after, PAGE);
      for (const blob of page) {
        report.blobRows += 1;
        const finding = await this.#checkRow(blob, options);
        if (finding !== undefined) report.findings.push(finding);
      }
      after = page.at(-1)?.key;
      if (page.length < PAGE) return;
    }
  }

  async #checkRow(blob: Blob, options: { repair: boolean; isDeep: boolean }): Promise<StorageFinding | undefined> {
    const blobKey = blob.key;
    const files = await this.#database.blobs.listFileIds(blobKey, 1);
    if (files.length === 0) return this.#unreferenced(blob, options.repair);
    const problem = await this.#compare(blob, options.isDeep);
    if (problem === undefined) return undefined;
    // Its last file may have been removed, or its bytes replaced, since the row was read.
    const stillThere = await this.#database.blobs.listFileIds(blobKey, FILES_NAMED);
    return stillThere.length === 0 ? undefined : { problem, blobKey, files: await this.#named(stillThere) };
  }

  async #compare(
    blob: { key: string; sizeBytes: number; whirlpool: string },
    isDeep: boolean,
  ): Promise<"bytes-missing" | "size-differs" | "content-differs" | undefined> {
    const stat = await this.#blobs.stat(blob.key);
    if (stat === undefined) return "bytes-missing";
    if (stat.sizeBytes !== blob.sizeBytes) return "size-differs";
    if (!isDeep) return undefined;
    try {
      return (await this.#whirlpoolOf(blob.key)) === blob.whirlpool ? undefined : "content-differs";
    } catch (error) {
      if (error instanceof BlobNotFoundError) return "bytes-missing";
      // What a failing disk no longer gives back is as lost as what it gives back wrong.
      if (error instanceof BlobStoreError) return "content-differs";
      throw error;
    }
  }

  async #whirlpoolOf(key: string): Promise<string> {
    const reader = await this.#blobs.open(key);
    const hash = this.#hasher.start();
    try {
      const buffer = new Uint8Array(READ_BYTES);
      for (;;) {
        const count = await reader.read(buffer);
        if (count === 0) return await hash.digest();
        await hash.update(buffer.subarray(0, count));
      }
    } catch (error) {
      hash.abort();
      throw error;
    } finally {
      await reader.close();
    }
  }

  async #unreferenced(blob: Blob, repair: boolean): Promise<StorageFinding> {
    const isOld = this.#isOlder(blob.createdAt, YOUNG_ROW_MS);
    const isRepaired =
      repair && isOld && (await this.#database.transaction((rows) => rows.blobs.removeIfUnreferenced(blob.key)));
    if (isRepaired) await this.#blobs.remove(blob.key);
    return { problem: "row-without-file", blobKey: blob.key, isRepaired };
  }

  async #walkBytes(report: StorageCheckReport, options: { repair: boolean; signal?: AbortSignal }): Promise<void> {
    for await (const stored of this.#blobs.list()) {
      options.signal?.throwIfAborted();
      report.storedBlobs += 1;
      if (!this.#isOlder(stored.modifiedAt, YOUNG_BYTES_MS)) continue;
      if ((await this.#database.blobs.findByKey(stored.key)) !== undefined) continue;
      if (options.repair) await this.#blobs.remove(stored.key);
      report.findings.push({
        problem: "bytes-without-row",
        blobKey: stored.key,
        sizeBytes: stored.sizeBytes,
        isRepaired: options.repair,
      });
    }
  }

  #isOlder(time: Date, ageMs: number): boolean {
    return this.#clock.now().getTime() - time.getTime() >= ageMs;
  }

  async #named(fileIds: readonly string[]): Promise<Pick<StoredFile, "id" | "name">[]> {
    const files = await Promise.all(fileIds.map((id) => this.#database.files.findById(id)));
    return files.filter((file) => file !== undefined).map(({ id, name }) => ({ id, name }));
  }
}
