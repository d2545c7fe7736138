import { setTimeout as sleep } from "node:timers/promises";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Blob } from "./file.ts";
import { keepManifest, pagesOf } from "./manifests.ts";
import { digestsOfStored } from "./stored-digest.ts";

/** More would compete for the disk and the cores. */
const AT_ONCE = 2;
/** Files redirected to another content per transaction. */
const MOST_MOVED = 200;
/** A call for file details waits no longer than this; it is then answered without the checksum. */
const PATIENCE_MS = 10_000;

type Step = (name: string) => Promise<void>;

const goOn: Step = async () => undefined;

/** The stored bytes of a content are not those that arrived. */
export class ContentDamagedError extends Error {
  override name = "ContentDamagedError";
}

/**
 * Computes missing Whirlpool checksums of contents that arrived in parts, a few at a time. Several callers asking for
 * the same content share the work, which continues when they leave.
 */
export class Checksums {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #hasher: ContentHasher;
  readonly #clock: Clock;
  readonly #remover: BytesRemover;
  readonly #running = new Map<string, Promise<string | undefined>>();
  readonly #waiting: (() => void)[] = [];
  #places = AT_ONCE;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    clock: Clock;
    remover: BytesRemover;
  }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#hasher = input.hasher;
    this.#clock = input.clock;
    this.#remover = input.remover;
  }

  /**
   * The Whirlpool checksum of a content, computed if missing; undefined if the content is gone. If an identical content
   * exists, it has taken over the files when this resolves.
   * @param step called between two stages of the work, which can stop and restart there; the first caller's is used
   * @throws {ContentDamagedError} the bytes are not those that arrived; the content is then marked as damaged
   * @throws {BlobNotFoundError}
   * @throws {BlobStoreError}
   */
  get(contentId: string, step: Step = goOn): Promise<string | undefined> {
    const known = this.#running.get(contentId);
    if (known !== undefined) return known;
    const work = this.#know(contentId, step).finally(() => this.#running.delete(contentId));
    this.#running.set(contentId, work);
    // Callers get the error; there may be none left.
    work.catch(() => undefined);
    return work;
  }

  /** Like `get`, but also undefined if it takes too long or fails for now. */
  async within(contentId: string, signal?: AbortSignal, patienceMs = PATIENCE_MS): Promise<string | undefined> {
    const patience = new AbortController();
    const waiting = signal === undefined ? patience.signal : AbortSignal.any([signal, patience.signal]);
    const work = this.get(contentId).catch(() => undefined);
    try {
      return await Promise.race([work, sleep(patienceMs, undefined, { signal: waiting })]);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      patience.abort();
    }
  }

  async #know(id: string, step: Step): Promise<string | undefined> {
    if (this.#places > 0) this.#places -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      for (;;) {
        const blob = await this.#database.blobs.findById(id);
        if (blob === undefined || blob.whirlpool !== undefined) return blob?.whirlpool;
        const { whirlpool, pages } = await digestsOfStored({ blobs: this.#blobs, hasher: this.#hasher }, blob);
        if (blob.hasLeaves) await this.#requireSame(blob, pages);
        await step("bytes read");
        if (await this.#keep(blob, { whirlpool, pages }, step)) return whirlpool;
      }
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#places += 1;
      else next();
    }
  }

  /** Bytes that the disk has changed must not become the new content. */
  async #requireSame(blob: Blob, pages: readonly Uint8Array[]): Promise<void> {
    let at = 0;
    for await (const page of pagesOf(this.#database, blob)) {
      if (Buffer.compare(page, pages[at] ?? new Uint8Array()) !== 0) {
        await this.#database.blobs.setDamaged(blob.id, blob.key, this.#clock.now());
        throw new ContentDamagedError(`The stored data of the content ${blob.id} is not what was uploaded.`);
      }
      at += 1;
    }
  }

  /** False if the bytes have to be read again. */
  async #keep(blob: Blob, digests: { whirlpool: string; pages: readonly Uint8Array[] }, step: Step): Promise<boolean> {
    for (;;) {
      const now = this.#clock.now();
      const state = await this.#database.transaction((rows) => settle(rows, blob, { ...digests, now }));
      if (state === "merged") this.#remover.wake();
      if (state !== "more") return state !== "damaged since";
      await step("files moved");
    }
  }
}

/**
 * Stores a content's Whirlpool checksum. If an identical content exists, that takes over the files, and the bytes,
 * which were verified a moment ago, as after an ordinary upload; unless they were found damaged since.
 * @param read the content as it was before its bytes were read
 */
async function settle(
  rows: Repositories,
  read: Blob,
  { whirlpool, pages, now }: { whirlpool: string; pages: readonly Uint8Array[]; now: Date },
): Promise<"known" | "merged" | "more" | "damaged since"> {
  const { id } = read;
  const blob = await rows.blobs.findById(id);
  if (blob === undefined || blob.whirlpool !== undefined) return "known";
  const [equal] = await rows.blobs.findByIdentities([{ whirlpool, sizeBytes: blob.sizeBytes }]);
  if (equal === undefined) {
    await rows.blobs.setWhirlpool(id, whirlpool);
    if (!blob.hasLeaves) await keepManifest(rows, blob, pages);
    return "known";
  }
  if (blob.damagedAt?.getTime() !== read.damagedAt?.getTime()) return "damaged since";
  if ((await rows.blobs.moveReferences(id, equal.id, MOST_MOVED)) >= MOST_MOVED) return "more";
  const keys = await rows.blobs.removeUnreferenced([id]);
  await rows.blobs.noteMerged(id, equal.id, now);
  await rows.blobs.replaceKeys([{ id: equal.id, key: blob.key }]);
  await rows.discardedBytes.add(keys.length > 0 ? [equal.key] : [], now);
  if (!equal.hasLeaves) await keepManifest(rows, equal, pages);
  return "merged";
}
