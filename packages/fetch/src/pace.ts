import type { FetchBounds } from "./bounds.ts";
import { tooSlow } from "./failures.ts";
import type { OpenEnds } from "./open-ends.ts";

/**
 * Enforces a minimum pace of a source. Only the time spent waiting for it counts: the reader may take as long as it
 * likes.
 */
export class Pace {
  readonly #bounds: FetchBounds;
  readonly #ends: OpenEnds;
  readonly #host: string;
  #waitedMs = 0;
  #bytes = 0;

  constructor(host: string, bounds: FetchBounds, ends: OpenEnds) {
    this.#host = host;
    this.#bounds = bounds;
    this.#ends = ends;
  }

  /** @throws {SourceError} */
  async next(chunks: AsyncIterator<Uint8Array, undefined>): Promise<IteratorResult<Uint8Array, undefined>> {
    const since = performance.now();
    using _ = this.#ends.limit(this.#bounds.idleMs, () => tooSlow(this.#host));
    const next = await chunks.next();
    this.#ends.check();
    if (next.done !== true) this.#count(performance.now() - since, next.value.byteLength);
    return next;
  }

  #count(waitedMs: number, bytes: number): void {
    this.#waitedMs += waitedMs;
    this.#bytes += bytes;
    if (this.#waitedMs < this.#bounds.paceWindowMs) return;
    const isTooSlow = this.#bytes * 1000 < this.#bounds.leastBytesPerSecond * this.#waitedMs;
    this.#waitedMs = 0;
    this.#bytes = 0;
    if (!isTooSlow) return;
    this.#ends.end(tooSlow(this.#host));
    this.#ends.check();
  }
}
