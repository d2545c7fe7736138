import type { BlobStore } from "../ports/blob-store.ts";
import type { Database } from "../ports/database.ts";
import type { Thumbnails } from "../ports/thumbnails.ts";

const BATCH = 100;

/**
 * Removes bytes that no row uses any more, as soon as that is durable. They stay listed until they are gone, so that
 * the next collection retries after a crash or disk failure.
 */
export class BytesRemover {
  readonly #database: Database;
  readonly #blobs: Pick<BlobStore, "remove">;
  readonly #thumbnails: Thumbnails | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting: Promise<unknown> | undefined;

  constructor(input: { database: Database; blobs: Pick<BlobStore, "remove">; thumbnails?: Thumbnails | undefined }) {
    this.#thumbnails = input.thumbnails;
    this.#database = input.database;
    this.#blobs = input.blobs;
  }

  /**
   * Starts removing what is listed and returns at once, so that answers do not take longer when identical bytes existed
   * before. Failures are reported by the next collection, which tries again.
   */
  wake(): void {
    this.#waiting ??= this.#afterLast(() => {
      this.#waiting = undefined;
      return this.#removeListed();
    });
    this.#waiting.catch(() => undefined);
  }

  /**
   * Removes what is listed; returns how many.
   * @param step called between two stages of the work, with a name
   * @throws the first failure, after every key was tried
   */
  run(signal?: AbortSignal, step?: (name: string) => Promise<void>): Promise<number> {
    return this.#afterLast(() => this.#removeListed(signal, step));
  }

  /** Resolves when no removal is running. */
  async settle(): Promise<void> {
    for (let last; last !== this.#last;) {
      last = this.#last;
      await last.catch(() => undefined);
    }
  }

  /** The order matters: content created meanwhile looks for the bytes after it is stored. */
  async #remove(key: string): Promise<void> {
    await this.#blobs.remove(key);
    await this.#thumbnails?.store.remove([key]);
  }

  #afterLast<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next;
    return next;
  }

  async #removeListed(signal?: AbortSignal, step?: (name: string) => Promise<void>): Promise<number> {
    const failures: unknown[] = [];
    let removed = 0;
    let after: string | undefined;
    while (signal?.aborted !== true) {
      const keys = await this.#database.discardedBytes.list(after, BATCH);
      const outcomes = await Promise.allSettled(keys.map((key) => this.#remove(key)));
      await step?.("bytes gone");
      const gone = keys.filter((_, at) => outcomes[at]?.status === "fulfilled");
      if (gone.length > 0) await this.#database.transaction((rows) => rows.discardedBytes.remove(gone));
      await step?.("rows gone");
      removed += gone.length;
      for (const outcome of outcomes) if (outcome.status === "rejected") failures.push(outcome.reason);
      if (keys.length < BATCH) break;
      after = keys.at(-1);
    }
    if (failures.length > 0) throw failures[0];
    return removed;
  }
}
