import { OverloadError } from "../wire/error-answer.ts";
import type { ByteBounds } from "./edge-bounds.ts";

interface AddressShare {
  bytes: number;
  unfinished: Set<HeldBytes>;
}

/** How a request gives up its place. It is released already when `cut` is called. */
export interface Cutting {
  cut(reason: OverloadError): void;
  /** Left out: at any time. */
  mayBeCut?(): boolean;
}

/**
 * Counts the memory that requests take until they are answered. When it is full the body that has been coming in for
 * longest makes room: whoever sends and waits only pushes out others who wait.
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
    while (share !== undefined && share.bytes + count > this.#bounds.perAddress) this.#makeRoom(share.unfinished, held);
    while (this.#bytes + count > this.#bounds.total) this.#makeRoom(this.#unfinished, held);
    this.#bytes += count;
    if (share !== undefined) share.bytes += count;
  }

  settle(held: HeldBytes): void {
    this.#unfinished.delete(held);
    if (held.address !== undefined) this.#shares.get(held.address)?.unfinished.delete(held);
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
    const share = { bytes: 0, unfinished: new Set<HeldBytes>() };
    this.#shares.set(address, share);
    return share;
  }

  #makeRoom(candidates: ReadonlySet<HeldBytes>, asking: HeldBytes): void {
    for (const held of candidates) {
      // One that holds nothing yet would free nothing.
      if (held === asking || held.bytes === 0 || !held.mayBeCut()) continue;
      held.cutOff();
      return;
    }
    throw new OverloadError();
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

  /** From now on it is never cut to make room: the body is complete, or on its way to the disk. */
  settle(): void {
    this.#pool.settle(this);
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
