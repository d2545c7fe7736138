import { domains, faceOfHost } from "@consigne/contract/links";

/** Spellings under which clients look for two of the domains; the contract's faces answer for them as well. */
const variantDomains = ["desfichiers.net", "mesfichiers.net"];

/** Registrable domains the drop-in answers for, subdomains included. */
export const interceptedDomains: readonly string[] = [...domains, ...variantDomains];

/** Lower case, without port, brackets of IPv6 or the dot of a fully qualified name. */
export function normalizedHost(hostAndPort: string): string {
  return splitHostAndPort(hostAndPort).host;
}

/** Splits `host`, `host:port` and `[v6]:port`; the port is undefined when absent or not a port number. */
export function splitHostAndPort(text: string): { host: string; port: number | undefined } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text.trim());
  if (!match) return { host: "", port: undefined };
  const host = (match[1] ?? match[2] ?? "").toLowerCase().replace(/\.$/, "");
  const port = match[3] === undefined ? undefined : Number(match[3]);
  return { host, port: port !== undefined && port > 0 && port < 65_536 ? port : undefined };
}

/** The intercepted domain a host belongs to; undefined for every other host. Hosts as `normalizedHost` gives them. */
export function interceptedDomainOf(host: string): string | undefined {
  if (faceOfHost(host)?.kind !== "original") return undefined;
  return interceptedDomains.find((domain) => host === domain || host.endsWith(`.${domain}`));
}
