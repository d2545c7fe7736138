import { isIPv6 } from "node:net";
import { plainAddress } from "./address-match.ts";

/** What limits count as one caller: one IPv6 customer has a whole /64 to hop about in. */
export function countedAddress(address: string): string {
  const plain = plainAddress(address);
  return plain.includes(":") && isIPv6(plain) ? `${prefixOf(plain, 4)}::/64` : plain;
}

/** What one provider may give to one customer, who then has 65,536 of the above. Undefined for IPv4. */
export function countedNetwork(address: string): string | undefined {
  const plain = plainAddress(address);
  return plain.includes(":") && isIPv6(plain) ? `${prefixOf(plain, 3)}::/48` : undefined;
}

/** As many times what one address may have, all addresses of an IPv6 /48 may together. */
const ADDRESSES_OF_A_NETWORK = 4;

/**
 * How much of a bound a /48 may have. Never all: who has one has more addresses than any bound has places. Nor only the
 * share of one address, since hundreds of customers may have it together.
 * @param inAll left out: there is no bound on all callers together
 */
export function mostOfNetwork(ofAddress: number, inAll = Infinity): number {
  return Math.max(ofAddress, Math.min(ADDRESSES_OF_A_NETWORK * ofAddress, Math.floor(inAll / 2)));
}

function prefixOf(plain: string, count: number): string {
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = [...left, ...zeros, ...right].slice(0, count);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":");
}
