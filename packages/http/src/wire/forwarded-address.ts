import { isIPv4, isIPv6 } from "node:net";
import { plainAddress } from "@consigne/core";

/**
 * The address in an entry of `X-Forwarded-For`, which some proxies write with the caller's port, as `192.0.2.1:5678` or
 * `[2001:db8::1]:5678`. Undefined for anything else: it must not count as another caller.
 */
export function forwardedAddress(entry: string): string | undefined {
  const text = entry.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? plainAddress(bracketed) : undefined;
  const [, address = text] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  return isIPv4(address) || isIPv6(address) ? plainAddress(address) : undefined;
}
