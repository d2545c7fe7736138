import { networkInterfaces } from "node:os";
import { matchesAnyAddress, plainAddress } from "@consigne/core";

/** Addresses that are not on the internet, from IANA's registries of special addresses. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Allocated so far; everything outside is reserved, local or multicast. */
const GLOBAL_IPV6 = ["2000::/3"];
/** Teredo and its neighbours, documentation, 6to4. */
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];
/** Used on provider networks without IPv4: the IPv4 address is in the last 32 bits. */
const NAT64 = ["64:ff9b::/96"];
/** Addresses outside the ranges above where public clouds serve secrets. */
const METADATA = ["168.63.129.16"];
/** Shorter prefixes of an interface are tunnels to everywhere, not a local network. */
const SHORTEST_OWN_PREFIX = 8;

/** Whether an address may be fetched from. */
export type MayReach = (address: string) => boolean;

/** @param allow addresses and blocks that the operator permits although they would be refused */
export function reachability(allow: readonly string[], ownNetworks: () => readonly string[] = networksHere): MayReach {
  return (address) => {
    const plain = plainAddress(address);
    const carried = matchesAnyAddress(plain, NAT64) ? ipv4At(plain) : undefined;
    const both = carried === undefined ? [plain] : [plain, carried];
    if (both.some((each) => matchesAnyAddress(each, allow))) return true;
    if (!isPublic(carried ?? plain)) return false;
    const own = ownNetworks();
    return !both.some((each) => matchesAnyAddress(each, own));
  };
}

function isPublic(address: string): boolean {
  if (matchesAnyAddress(address, METADATA)) return false;
  if (!address.includes(":"))
    return matchesAnyAddress(address, ["0.0.0.0/0"]) && !matchesAnyAddress(address, SPECIAL_IPV4);
  return matchesAnyAddress(address, GLOBAL_IPV6) && !matchesAnyAddress(address, SPECIAL_IPV6);
}

/** The IPv4 address in a NAT64 address in its short spelling, such as `64:ff9b::c000:201`. */
function ipv4At(address: string): string {
  const [high = "0", low = "0"] = address
    .replace(/^64:ff9b::/, "0:")
    .split(":")
    .slice(-2);
  const number = parseInt(high, 16) * 65_536 + parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

/**
 * The networks of this machine, including public ones: connections to them do not pass the firewall that keeps
 * strangers out. Read each time, since interfaces come and go.
 */
function networksHere(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address, cidr }) =>
      cidr !== null && Number(cidr.split("/")[1]) >= SHORTEST_OWN_PREFIX ? [address, cidr] : [address],
    ),
  );
}
