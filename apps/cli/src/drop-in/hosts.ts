import { domains, faceOfHost } from "@consigne/contract/links";

/** Alternative spellings of two of the domains that clients use; the server answers for them as well. */
const variantDomains = ["desfichiers.net", "mesfichiers.net"];

/** Registrable domains that the drop-in answers for, with their subdomains. */
export const interceptedDomains: readonly string[] = [...domains, ...variantDomains];

/** Lower case, without port, IPv6 brackets or the trailing dot of a fully qualified name. */
export function normalizedHost(hostAndPort: string): string {
  return splitHostAndPort(hostAndPort).host;
}

/** Splits `host`, `host:port` and `[v6]:port`; the port is undefined if missing or invalid. */
export function splitHostAndPort(text: string): { host: string; port: number | undefined } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text.trim());
  if (!match) return { host: "", port: undefined };
  const host = (match[1] ?? match[2] ?? "").toLowerCase().replace(/\.$/, "");
  const port = match[3] === undefined ? undefined : Number(match[3]);
  return { host, port: port !== undefined && port > 0 && port < 65_536 ? port : undefined };
}

/** The intercepted domain of a host; undefined for every other host. Hosts must come from `normalizedHost`. */
export function interceptedDomainOf(host: string): string | undefined {
  if (faceOfHost(host)?.kind !== "original") return undefined;
  return interceptedDomains.find((domain) => host === domain || host.endsWith(`.${domain}`));
}
