import { OverloadError } from "../wire/error-answer.ts";
import type { ByteBounds } from "./edge-bounds.ts";

interface Share {
  bytes: number;
  unfinished: Set<HeldBytes>;
  /** Uploads on their way to the disk. */
  running: Set<HeldBytes>;
}

/** How a request gives up its place. It is released already when `cut` is called. */
export interface Cutting {
  cut(reason: OverloadError): void;
  /** Left out: at any time. */
  mayBeCut?(): boolean;
}

/**
 * Counts the memory that requests take until they are answered. When it is full the body that has been coming in for
 * longest makes room: whoever sends and waits only pushes out others who wait. Where nobody waits, an upload of the
 * caller that holds most makes room for one that holds less.
 */
export class BytePool {
  readonly #bounds: ByteBounds;
  readonly #shares = new Map<string, Share>();
  /** Oldest first. */
  readonly #unfinished = new Set<HeldBytes>();
  #bytes = 0;

  constructor(bounds: ByteBounds) {
    this.#bounds = bounds;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  /** `caller`: an account, or an caller; undefined: of nobody alone. */
  open(caller: string | undefined, cutting: Cutting): HeldBytes {
    const held = new HeldBytes(this, caller, cutting);
    this.#unfinished.add(held);
    if (caller !== undefined) this.#shareOf(caller).unfinished.add(held);
    return held;
  }

  /** @throws {OverloadError} when there is no room and nobody to make any */
  take(held: HeldBytes, count: number): void {
    const share = held.caller === undefined ? undefined : this.#shareOf(held.caller);
    while (share !== undefined && share.bytes + count > this.#bounds.perCaller) {
      if (!this.#cutOneOf(share.unfinished, held)) throw new OverloadError();
    }
    while (this.#bytes + count > this.#bounds.total) {
      if (!this.#cutOneOf(this.#unfinished, held) && !this.#cutUploadFor(share, count)) throw new OverloadError();
    }
    this.#bytes += count;
    if (share !== undefined) share.bytes += count;
  }

  settle(held: HeldBytes): void {
    this.#unfinished.delete(held);
    const share = held.caller === undefined ? undefined : this.#shares.get(held.caller);
    share?.unfinished.delete(held);
    share?.running.delete(held);
  }

  run(held: HeldBytes): void {
    this.settle(held);
    if (held.caller !== undefined) this.#shareOf(held.caller).running.add(held);
  }

  release(held: HeldBytes): void {
    this.settle(held);
    this.#bytes -= held.bytes;
    if (held.caller === undefined) return;
    const share = this.#shareOf(held.caller);
    share.bytes -= held.bytes;
    if (share.bytes === 0 && share.unfinished.size === 0) this.#shares.delete(held.caller);
  }

  #shareOf(caller: string): Share {
    const known = this.#shares.get(caller);
    if (known !== undefined) return known;
    const share = { bytes: 0, unfinished: new Set<HeldBytes>(), running: new Set<HeldBytes>() };
    this.#shares.set(caller, share);
    return share;
  }

  /** The one that has waited for longest. */
  #cutOneOf(candidates: ReadonlySet<HeldBytes>, asking: HeldBytes): boolean {
    for (const held of candidates) {
      // One that holds nothing yet would free nothing.
      if (held === asking || held.bytes === 0 || !held.mayBeCut()) continue;
      held.cutOff();
      return true;
    }
    return false;
  }

  /** The newest one, which has the least to lose, of the caller that holds most and is left with no less than `asking`. */
  #cutUploadFor(asking: Share | undefined, count: number): boolean {
    if (asking === undefined) return false;
    const [most] = [...this.#shares.values()]
      .filter(({ running }) => running.size > 0)
      .toSorted((one, other) => other.bytes - one.bytes);
    const newest = [...(most?.running ?? [])].at(-1);
    if (most === undefined || newest === undefined || most.bytes - newest.bytes < asking.bytes + count) return false;
    newest.cutOff();
    return true;
  }
}

/** What one request holds. Release it once, whatever becomes of the request; a second time does nothing. */
export class HeldBytes {
  readonly caller: string | undefined;
  readonly #pool: BytePool;
  readonly #cutting: Cutting;
  #bytes = 0;
  #isReleased = false;

  constructor(pool: BytePool, caller: string | undefined, cutting: Cutting) {
    this.#pool = pool;
    this.caller = caller;
    this.#cutting = cutting;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {OverloadError} */
  take(count: number): void {
    if (this.#isReleased) throw new OverloadError();
    this.#pool.take(this, count);
    this.#bytes += count;
  }

  /** From now on it is never cut to make room: all of it is here. */
  settle(): void {
    this.#pool.settle(this);
  }

  /** From now on it is on its way to the disk, and is cut only for an caller that holds less. */
  run(): void {
    this.#pool.run(this);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#pool.release(this);
  }

  mayBeCut(): boolean {
    return this.#cutting.mayBeCut?.() ?? true;
  }

  cutOff(): void {
    this.release();
    this.#cutting.cut(new OverloadError());
  }
}
