import { whirlpoolOfStored } from "../files/stored-digest.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";

/** More take each other's place at the disk and at the cores. */
const AT_ONCE = 2;

/**
 * Whirlpools of complete bytes, a few at a time. Whoever asks about the same bytes waits for the same work, which goes on
 * when they leave: the next call finds it further on.
 */
export class PartChecksums {
  readonly #parts: { blobs: BlobStore; hasher: ContentHasher };
  readonly #running = new Map<string, Promise<string>>();
  readonly #waiting: (() => void)[] = [];
  #places = AT_ONCE;

  constructor(parts: { blobs: BlobStore; hasher: ContentHasher }) {
    this.#parts = parts;
  }

  /** @param keep makes it last, so that it is not computed again after a crash */
  get(blob: { key: string; sizeBytes: number }, keep: (whirlpool: string) => Promise<void>): Promise<string> {
    const known = this.#running.get(blob.key);
    if (known !== undefined) return known;
    const work = this.#compute(blob, keep).finally(() => this.#running.delete(blob.key));
    this.#running.set(blob.key, work);
    // Told to whoever waits; nobody may be left who does.
    work.catch(() => undefined);
    return work;
  }

  async #compute(
    blob: { key: string; sizeBytes: number },
    keep: (whirlpool: string) => Promise<void>,
  ): Promise<string> {
    if (this.#places > 0) this.#places -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      const whirlpool = await whirlpoolOfStored(this.#parts, blob);
      await keep(whirlpool);
      return whirlpool;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#places += 1;
      else next();
    }
  }
}
