import { OverloadError } from "../wire/error-answer.ts";
import type { ByteBounds } from "./edge-bounds.ts";

interface AddressShare {
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
 * address that holds most makes room for an address that holds less.
 */
export class BytePool {
  readonly #bounds: ByteBounds;
  readonly #shares = new Map<string, AddressShare>();
  /** Oldest first. */
  readonly #unfinished = new Set<HeldBytes>();
  #bytes = 0;

  constructor(bounds: ByteBounds) {
    this.#bounds = bounds;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  /** Of no single address where that is undefined. */
  open(address: string | undefined, cutting: Cutting): HeldBytes {
    const held = new HeldBytes(this, address, cutting);
    this.#unfinished.add(held);
    if (address !== undefined) this.#shareOf(address).unfinished.add(held);
    return held;
  }

  /** @throws {OverloadError} when there is no room and nobody to make any */
  take(held: HeldBytes, count: number): void {
    const share = held.address === undefined ? undefined : this.#shareOf(held.address);
    while (share !== undefined && share.bytes + count > this.#bounds.perAddress) {
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
    const share = held.address === undefined ? undefined : this.#shares.get(held.address);
    share?.unfinished.delete(held);
    share?.running.delete(held);
  }

  run(held: HeldBytes): void {
    this.settle(held);
    if (held.address !== undefined) this.#shareOf(held.address).running.add(held);
  }

  release(held: HeldBytes): void {
    this.settle(held);
    this.#bytes -= held.bytes;
    if (held.address === undefined) return;
    const share = this.#shareOf(held.address);
    share.bytes -= held.bytes;
    if (share.bytes === 0 && share.unfinished.size === 0) this.#shares.delete(held.address);
  }

  #shareOf(address: string): AddressShare {
    const known = this.#shares.get(address);
    if (known !== undefined) return known;
    const share = { bytes: 0, unfinished: new Set<HeldBytes>(), running: new Set<HeldBytes>() };
    this.#shares.set(address, share);
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

  /** The newest one, which has the least to lose, of the address that holds most and is left with no less than `asking`. */
  #cutUploadFor(asking: AddressShare | undefined, count: number): boolean {
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
  readonly address: string | undefined;
  readonly #pool: BytePool;
  readonly #cutting: Cutting;
  #bytes = 0;
  #isReleased = false;

  constructor(pool: BytePool, address: string | undefined, cutting: Cutting) {
    this.#pool = pool;
    this.address = address;
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

  /** From now on it is on its way to the disk, and is cut only for an address that holds less. */
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
