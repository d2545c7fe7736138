import { mostOfNetwork } from "@consigne/core";
import { OverloadError } from "../wire/error-answer.ts";
import type { ByteBounds } from "./edge-bounds.ts";
import type { CountedShares } from "./shares.ts";

interface Share {
  readonly most: number;
  bytes: number;
  /** Requests that are open. */
  open: number;
  unfinished: Set<HeldBytes>;
  /** Uploads being written to the disk. */
  running: Set<HeldBytes>;
}

/** How to make a request give up its memory. The memory is already released when `cut` is called. */
export interface Cutting {
  cut(reason: OverloadError): void;
  /** Default: at any time. */
  mayBeCut?(): boolean;
}

/**
 * Counts the memory of requests until they are answered. When it is full, the body that has been arriving for longest
 * is cut: a waiting sender only displaces others who wait. If nobody waits, an upload of the caller that holds most is
 * cut for one that holds less; the addresses of an IPv6 /48 then count as one caller.
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

  open(caller: CountedShares, cutting: Cutting): HeldBytes {
    const held = new HeldBytes(this, caller, cutting);
    this.#unfinished.add(held);
    for (const share of this.#sharesOf(held)) {
      share.open += 1;
      share.unfinished.add(held);
    }
    return held;
  }

  /** @throws {OverloadError} if there is no room and nobody to displace */
  take(held: HeldBytes, count: number): void {
    const shares = this.#sharesOf(held);
    for (const share of shares) {
      while (share.bytes + count > share.most) {
        if (!this.#cutOneOf(share.unfinished, held)) throw new OverloadError();
      }
    }
    while (this.#bytes + count > this.#bounds.total) {
      if (!this.#cutOneOf(this.#unfinished, held) && !this.#cutUploadFor(held, count)) throw new OverloadError();
    }
    this.#bytes += count;
    for (const share of shares) share.bytes += count;
  }

  settle(held: HeldBytes): void {
    this.#unfinished.delete(held);
    for (const { unfinished, running } of this.#sharesOf(held)) {
      unfinished.delete(held);
      running.delete(held);
    }
  }

  run(held: HeldBytes): void {
    this.settle(held);
    for (const { running } of this.#sharesOf(held)) running.add(held);
  }

  release(held: HeldBytes): void {
    this.settle(held);
    this.#bytes -= held.bytes;
    for (const share of this.#sharesOf(held)) {
      share.bytes -= held.bytes;
      share.open -= 1;
    }
    for (const name of namesOf(held)) if (this.#shares.get(name)?.open === 0) this.#shares.delete(name);
  }

  /** From the narrowest to the widest. */
  #sharesOf({ caller: { own, network } }: HeldBytes): Share[] {
    const { perCaller, total } = this.#bounds;
    return [
      ...(own === undefined ? [] : [this.#shareOf(own, perCaller)]),
      ...(network === undefined ? [] : [this.#shareOf(network, mostOfNetwork(perCaller, total))]),
    ];
  }

  #shareOf(name: string, most: number): Share {
    const known = this.#shares.get(name);
    if (known !== undefined) return known;
    const share = { most, bytes: 0, open: 0, unfinished: new Set<HeldBytes>(), running: new Set<HeldBytes>() };
    this.#shares.set(name, share);
    return share;
  }

  /** Cuts the one that has waited for longest. */
  #cutOneOf(candidates: ReadonlySet<HeldBytes>, asking: HeldBytes): boolean {
    for (const held of candidates) {
      // A request that holds nothing yet would free nothing.
      if (held === asking || held.bytes === 0 || !held.mayBeCut()) continue;
      held.cutOff();
      return true;
    }
    return false;
  }

  /**
   * Cuts an upload of the caller that holds most, if it keeps at least as much as the asking one: compares networks
   * before addresses within one, and takes the newest upload, which loses least.
   */
  #cutUploadFor(asking: HeldBytes, count: number): boolean {
    const [own, whole] = [this.#sharesOf(asking).at(0), this.#sharesOf(asking).at(-1)];
    if (own === undefined || whole === undefined) return false;
    const ofAll = [...this.#shares.values()].flatMap(({ running }) => [...running]);
    const mostOfAll = largest(ofAll.map((held) => this.#sharesOf(held).at(-1)));
    const most = largest([...(mostOfAll?.running ?? [])].map((held) => this.#sharesOf(held).at(0)));
    const newest = [...(most?.running ?? [])].at(-1);
    if (mostOfAll === undefined || most === undefined || newest === undefined) return false;
    const [larger, smaller] = mostOfAll === whole ? [most, own] : [mostOfAll, whole];
    if (larger.bytes - newest.bytes < smaller.bytes + count) return false;
    newest.cutOff();
    return true;
  }
}

const namesOf = ({ caller: { own, network } }: HeldBytes): string[] =>
  [own, network].filter((name) => name !== undefined);

function largest(shares: readonly (Share | undefined)[]): Share | undefined {
  let found: Share | undefined;
  for (const share of shares) if (share !== undefined && share.bytes > (found?.bytes ?? -1)) found = share;
  return found;
}

/** The memory held by one request. Release it once, whatever happens to the request; a second time does nothing. */
export class HeldBytes {
  readonly caller: CountedShares;
  readonly #pool: BytePool;
  readonly #cutting: Cutting;
  #bytes = 0;
  #isReleased = false;

  constructor(pool: BytePool, caller: CountedShares, cutting: Cutting) {
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

  /** From now on it is never cut to make room: everything has arrived. */
  settle(): void {
    if (!this.#isReleased) this.#pool.settle(this);
  }

  /** From now on it is being written to the disk, and is only cut for a caller that holds less. */
  run(): void {
    if (!this.#isReleased) this.#pool.run(this);
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
