import type { IncomingMessage } from "node:http";

/** Header names as they were written, each with its values in order, for passing them on. */
export function headerLines(message: Pick<IncomingMessage, "rawHeaders">): Record<string, string | string[]> {
  const byName = new Map<string, { name: string; values: string[] }>();
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index] ?? "";
    const known = byName.get(name.toLowerCase()) ?? { name, values: [] };
    known.values.push(message.rawHeaders[index + 1] ?? "");
    byName.set(name.toLowerCase(), known);
  }
  return Object.fromEntries(
    [...byName.values()].map(({ name, values }) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

/** The same headers with `Content-Length` replaced; any other framing of the body is removed. */
export function withLength(
  lines: Readonly<Record<string, string | string[]>>,
  sizeBytes: number,
): Record<string, string | string[]> {
  const others = Object.entries(lines).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name));
  return { ...Object.fromEntries(others), "Content-Length": String(sizeBytes) };
}
