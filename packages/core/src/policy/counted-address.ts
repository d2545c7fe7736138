import { isIPv6 } from "node:net";
import { plainAddress } from "./address-match.ts";

/** What limits count as one caller: an IPv6 customer can use every address of a /64. */
export function countedAddress(address: string): string {
  const plain = plainAddress(address);
  return plain.includes(":") && isIPv6(plain) ? `${prefixOf(plain, 4)}::/64` : plain;
}

/** What a provider may give to one customer, who then has 65,536 of the above. Undefined for IPv4. */
export function countedNetwork(address: string): string | undefined {
  const plain = plainAddress(address);
  return plain.includes(":") && isIPv6(plain) ? `${prefixOf(plain, 3)}::/48` : undefined;
}

/** All addresses of an IPv6 /48 together may have this many times the share of one address. */
const ADDRESSES_OF_A_NETWORK = 4;

/**
 * The share of a limit that a /48 may have. Never all of it: its owner has more addresses than any limit has places.
 * But more than the share of one address, because hundreds of customers may share a /48.
 * @param inAll default: there is no limit on all callers together
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
