import { countedAddress, countedNetwork, matchesAnyAddress } from "@consigne/core";

const ADDRESSES_REMEMBERED = 1000;

/** Whose share of a limit something counts towards. A trusted proxy, which forwards many callers, has neither. */
export interface CountedShares {
  /** The address; for IPv6 the /64. */
  readonly own: string | undefined;
  /** The /48 for IPv6, all of which one customer may use; undefined for IPv4. */
  readonly network: string | undefined;
}

const OF_PROXIES: CountedShares = { own: undefined, network: undefined };

export class Shares {
  readonly #trustedProxies: readonly string[];
  readonly #known = new Map<string, CountedShares>();

  constructor(trustedProxies: readonly string[]) {
    this.#trustedProxies = trustedProxies;
  }

  /** Our own proxies have none: only the limits on all callers apply to them. */
  of(address: string): CountedShares {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const shares = matchesAnyAddress(address, this.#trustedProxies)
      ? OF_PROXIES
      : { own: countedAddress(address), network: countedNetwork(address) };
    if (this.#known.size >= ADDRESSES_REMEMBERED) this.#known.clear();
    this.#known.set(address, shares);
    return shares;
  }
}
