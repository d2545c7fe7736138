import { isIP, isIPv6, SocketAddress } from "node:net";
import { addressGroups, GROUPS } from "./address-groups.ts";

const GROUP_BITS = 16;
const ADDRESS_BITS = GROUPS * GROUP_BITS;
/** What comes before the IPv4 address in IPv6 dress. */
const DRESS = [0, 0, 0, 0, 0, 0xffff];
const DRESS_BITS = DRESS.length * GROUP_BITS;

/**
 * The one spelling of an address: IPv4 in IPv6 dress (`::ffff:192.0.2.1`) is the IPv4 address it carries, IPv6 is short,
 * in lower case and without a zone, which says by which of our interfaces it was seen. Other text stays as it is.
 */
export function plainAddress(address: string): string {
  // Asked several times for each call, and by far most addresses are IPv4.
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
 * The one spelling of a pattern: a block of IPv4 addresses in IPv6 dress (`::ffff:192.0.2.0/120`) is the IPv4 block.
 * Undefined for such a block that reaches beyond IPv4, and for what is no pattern.
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
 * IPv4 addresses count as those in IPv6 dress, so that `::/0` has them all. Lists are read anew each time: that takes
 * microseconds, and lists of callers are not for us to remember.
 */
export function matchesAnyAddress(address: string, patterns: readonly string[]): boolean {
  const groups = addressGroups(address);
  return groups !== undefined && patterns.some((pattern) => isWithin(groups, pattern));
}

/** False for what is no pattern. Keys and access lists of earlier versions may hold patterns in IPv6 dress. */
function isWithin(groups: readonly number[], pattern: string): boolean {
  const slash = pattern.indexOf("/");
  const block = addressGroups(slash === -1 ? pattern : pattern.slice(0, slash));
  if (block === undefined) return false;
  if (slash === -1) return shareBits(groups, block, ADDRESS_BITS);
  const prefix = pattern.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix)) return false;
  const bits = pattern.includes(":") ? Number(prefix) : Number(prefix) + DRESS_BITS;
  if (bits > ADDRESS_BITS) return false;
  // A block of IPv4 in IPv6 dress that reaches beyond IPv4 is no pattern.
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
