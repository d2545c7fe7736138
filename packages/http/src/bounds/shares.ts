import { countedAddress, matchesAnyAddress } from "@consigne/core";

const ADDRESSES_REMEMBERED = 1000;

/** Whose share of a bound something is counted to. */
export class Shares {
  readonly #trustedProxies: readonly string[];
  readonly #known = new Map<string, string | undefined>();

  constructor(trustedProxies: readonly string[]) {
    this.#trustedProxies = trustedProxies;
  }

  /** Undefined for a proxy of ours, which speaks for many callers: only the bounds on all of them hold for it. */
  of(address: string): string | undefined {
    if (this.#known.has(address)) return this.#known.get(address);
    const share = matchesAnyAddress(address, this.#trustedProxies) ? undefined : countedAddress(address);
    if (this.#known.size >= ADDRESSES_REMEMBERED) this.#known.clear();
    this.#known.set(address, share);
    return share;
  }
}
