import { countedAddress, countedNetwork, matchesAnyAddress } from "@consigne/core";

const ADDRESSES_REMEMBERED = 1000;

/** Whose share of a limit something counts towards. A trusted proxy, which speaks for many callers, has neither. */
export interface CountedShares {
  /** The address; of IPv6 the /64. */
  readonly own: string | undefined;
  /** The /48 of IPv6, which one customer may have to hop about in; undefined for IPv4. */
  readonly network: string | undefined;
}

const OF_PROXIES: CountedShares = { own: undefined, network: undefined };

export class Shares {
  readonly #trustedProxies: readonly string[];
  readonly #known = new Map<string, CountedShares>();

  constructor(trustedProxies: readonly string[]) {
    this.#trustedProxies = trustedProxies;
  }

  /** Of a proxy of ours there is none: only the bounds on all callers hold for it. */
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
