import { BlockList, isIP, isIPv6, SocketAddress } from "node:net";

const parsed = new Map<string, BlockList>();
const MAX_REMEMBERED_LISTS = 1000;

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

/** What comes before the IPv4 address in IPv6 dress. */
const DRESS_BITS = 96;

export function matchesAnyAddress(address: string, patterns: readonly string[]): boolean {
  const plain = plainAddress(address);
  const version = isIP(plain);
  if (version === 0) return false;
  return blockListOf(patterns).check(plain, version === 4 ? "ipv4" : "ipv6");
}

function blockListOf(patterns: readonly string[]): BlockList {
  // Keys and access lists of earlier versions may hold patterns in IPv6 dress.
  const valid = patterns.map(plainPattern).filter((pattern) => pattern !== undefined);
  // No pattern has a comma: a list is never taken for another.
  const name = valid.join(",");
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const pattern of valid) {
    const [address = "", prefix] = pattern.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix), family);
  }
  if (parsed.size >= MAX_REMEMBERED_LISTS) parsed.clear();
  parsed.set(name, list);
  return list;
}
