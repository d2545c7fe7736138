import { isIP, isIPv6, SocketAddress } from "node:net";
import { addressGroups, GROUPS } from "./address-groups.ts";

const GROUP_BITS = 16;
const ADDRESS_BITS = GROUPS * GROUP_BITS;
/** The prefix of IPv4-mapped IPv6 addresses. */
const DRESS = [0, 0, 0, 0, 0, 0xffff];
const DRESS_BITS = DRESS.length * GROUP_BITS;

/**
 * Canonical spelling of an address: an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) becomes the IPv4 address; IPv6 is
 * shortened, in lower case and without its zone, which only names one of our interfaces. Other text is returned
 * unchanged.
 */
export function plainAddress(address: string): string {
  // Called several times per call, and most addresses are IPv4.
  if (!address.includes(":") || !isIPv6(address)) return address;
  const short = new SocketAddress({ address, family: "ipv6" }).address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(short)?.[1] ?? short;
}

/** True for an address or CIDR block such as `192.0.2.0/24` or `2001:db8::/32`. */
export function isAddressPattern(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/**
 * Canonical spelling of a pattern: a block of IPv4-mapped addresses (`::ffff:192.0.2.0/120`) becomes the IPv4 block.
 * Undefined for such a block that reaches beyond IPv4, and for anything else.
 */
export function plainPattern(text: string): string | undefined {
  if (!isAddressPattern(text)) return undefined;
  const [address = "", prefix] = text.split("/");
  const plain = plainAddress(address);
  if (prefix === undefined) return plain;
  if (isIP(plain) === isIP(address)) return `${plain}/${Number(prefix)}`;
  return Number(prefix) < DRESS_BITS ? undefined : `${plain}/${Number(prefix) - DRESS_BITS}`;
}

/**
 * IPv4 addresses are compared as IPv4-mapped ones, so that `::/0` matches everything. Lists are parsed each time: that
 * takes microseconds, and caching lists from callers would need a bound.
 */
export function matchesAnyAddress(address: string, patterns: readonly string[]): boolean {
  const groups = addressGroups(address);
  return groups !== undefined && patterns.some((pattern) => isWithin(groups, pattern));
}

/** False for invalid patterns. Keys and access lists from earlier releases may contain IPv4-mapped patterns. */
function isWithin(groups: readonly number[], pattern: string): boolean {
  const slash = pattern.indexOf("/");
  const block = addressGroups(slash === -1 ? pattern : pattern.slice(0, slash));
  if (block === undefined) return false;
  if (slash === -1) return shareBits(groups, block, ADDRESS_BITS);
  const prefix = pattern.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix)) return false;
  const bits = pattern.includes(":") ? Number(prefix) : Number(prefix) + DRESS_BITS;
  if (bits > ADDRESS_BITS) return false;
  // A block of IPv4-mapped addresses that reaches beyond IPv4 is invalid.
  if (bits < DRESS_BITS && shareBits(block, DRESS, DRESS_BITS)) return false;
  return shareBits(groups, block, bits);
}

function shareBits(one: readonly number[], other: readonly number[], bits: number): boolean {
  for (let at = 0; at * GROUP_BITS < bits; at += 1) {
    const rest = Math.max(0, (at + 1) * GROUP_BITS - bits);
    if ((one[at] ?? 0) >> rest !== (other[at] ?? 0) >> rest) return false;
  }
  return true;
}
