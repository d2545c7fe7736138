import type { OutgoingHttpHeaders } from "node:http";

/** Fields that concern one connection only (RFC 9110, 7.6.1), and those for a proxy. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/**
 * The fields of a message that are passed on to the next hop; repeated ones stay separate and in order. `rawHeaders`
 * alternates names and values, as Node gives them; `dropped` is in lower case.
 */
export function endToEndHeaders(rawHeaders: readonly string[], dropped: readonly string[] = []): OutgoingHttpHeaders {
  const fields = pairs(rawHeaders);
  const namedByConnection = fields
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) =>
      value
        .toLowerCase()
        .split(",")
        .map((name) => name.trim()),
    );
  const excluded = new Set([...hopByHop, ...namedByConnection, ...dropped]);
  const merged = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (excluded.has(key) || key.startsWith(":")) continue;
    const known = merged.get(key);
    if (known) known.values.push(value);
    else merged.set(key, { name, values: [value] });
  }
  return Object.fromEntries([...merged].map(([key, { name, values }]) => [name, joined(key, values)]));
}

/** HTTP/2 splits a Cookie field for compression; in HTTP/1.1 it must be whole again (RFC 9113, 8.2.3). */
function joined(key: string, values: string[]): string | string[] {
  if (key === "cookie") return values.join("; ");
  return values.length === 1 ? (values[0] ?? "") : values;
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    result.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return result;
}
