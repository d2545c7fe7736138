import type { Blob, StoredFile } from "../files/file.ts";
import { BlobNotFoundError, type BlobStore, BlobStoreError, type ListedBlob } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import { type Database, DatabaseError } from "../ports/database.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import { checkCounters, type CounterFinding } from "./counter-check.ts";

const PAGE = 500;
const FILES_NAMED = 100;
/** Longer than any upload may take: its first file is complete hours before the last one and the rows of both. */
const YOUNG_BYTES_MS = 6 * 3_600_000;
const READ_BYTES = 1_048_576;

/** What is wrong with the bytes of a file. */
export type Damage = "bytes-missing" | "size-differs" | "content-differs";

export type StorageFinding =
  /** Bytes of files are gone, or have another length or content. The next upload of the same content heals them. */
  | {
      problem: Damage;
      blobKey: string;
      files: Pick<StoredFile, "id" | "name">[];
      /** From now on the files say so themselves, and nothing is sent or copied from them. False: it could not be noted. */
      isMarked: boolean;
    }
  /** Marked by an earlier check, and in order now: the bytes were put back. The mark is gone. */
  | { problem: "sound-again"; blobKey: string; files: Pick<StoredFile, "id" | "name">[] }
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
  readonly #hasher: ContentHasher;
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
    this.#hasher = input.hasher;
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
          ? await this.#checkRow(blob, options)
          : await this.#unreferenced(blob, options.repair);
        if (finding !== undefined) report.findings.push(finding);
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  }

  async #checkRow(blob: Blob, options: { repair: boolean; isDeep: boolean }): Promise<StorageFinding | undefined> {
    const { id, key: blobKey } = blob;
    const wasMarked = blob.damagedAt !== undefined;
    const problem = await this.#compare(blob, options.isDeep || wasMarked);
    if (problem === undefined && !wasMarked) return undefined;
    const marking = wasMarked && problem !== undefined ? "done" : await this.#mark(blob, problem);
    const current = await this.#database.blobs.findById(id);
    // Its last file may have been removed, or its bytes replaced, since the row was read.
    if (current === undefined) return undefined;
    if (current.key !== blobKey) return this.#checkRow(current, options);
    const files = await this.#named(await this.#database.blobs.listFileIds(id, FILES_NAMED));
    if (files.length === 0) return undefined;
    if (problem === undefined) return { problem: "sound-again", blobKey, files };
    return { problem, blobKey, files, isMarked: marking === "done" };
  }

  /** A database that cannot be written must not keep the operator from learning what is damaged. */
  async #mark(blob: Blob, problem: Damage | undefined): Promise<"done" | "failed"> {
    const damagedAt = problem === undefined ? undefined : this.#clock.now();
    try {
      await this.#database.blobs.setDamaged(blob.id, blob.key, damagedAt);
      return "done";
    } catch (error) {
      if (error instanceof DatabaseError) return "failed";
      throw error;
    }
  }

  async #compare(
    blob: { key: string; sizeBytes: number; whirlpool: string },
    isDeep: boolean,
  ): Promise<Damage | undefined> {
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

  async #named(fileIds: readonly string[]): Promise<Pick<StoredFile, "id" | "name">[]> {
    const files = await this.#database.files.findByIds(fileIds);
    return files.map(({ id, name }) => ({ id, name })).toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }
}

function isDamage(problem: StorageFinding["problem"]): problem is Damage {
  return problem === "bytes-missing" || problem === "size-differs" || problem === "content-differs";
}
