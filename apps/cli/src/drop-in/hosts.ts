const domainNames = [
  "1fichier.com",
  "alterupload.com",
  "cjoint.net",
  "desfichiers.com",
  "dfichiers.com",
  "megadl.fr",
  "mesfichiers.org",
  "piecejointe.net",
  "pjointe.com",
  "tenvoi.com",
  "dl4free.com",
] as const;

/** Registrable domains the drop-in answers for, subdomains included. The first is the one used when a client names none. */
export const interceptedDomains: readonly string[] = domainNames;

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

/** The intercepted domain a host belongs to; undefined for every other host. */
export function interceptedDomainOf(host: string): string | undefined {
  if (!/^[a-z0-9_.-]{1,253}$/.test(host)) return undefined;
  return interceptedDomains.find((domain) => host === domain || host.endsWith(`.${domain}`));
}
