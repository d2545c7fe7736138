/** The first lines of an HTTP/1 answer. */
export interface HttpHead {
  status: number;
  /** Names in lower case; values of a repeated name joined by commas. */
  headers: ReadonlyMap<string, string>;
  /** How the body ends: after this many bytes, by its chunks, or with the connection. */
  framing: { kind: "length"; bytes: number } | { kind: "chunked" } | { kind: "close" };
  /** The connection can be reused when the body is read. */
  keepsAlive: boolean;
}

/** Not a valid answer of HTTP/1. */
export class HttpSyntaxError extends Error {
  override name = "HttpSyntaxError";
}

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Parses the head of the answer to a GET, without the empty line at its end; one character per byte.
 * @throws {HttpSyntaxError} also for anything that would let two readers see different bodies
 */
export function parseHttpHead(text: string): HttpHead {
  const [first = "", ...lines] = text.split("\r\n");
  const [, minor, code] = STATUS_LINE.exec(first) ?? [];
  if (code === undefined) throw new HttpSyntaxError("the answer is not HTTP");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) throw new HttpSyntaxError("the answer has a malformed header");
    const known = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`);
  }
  const framing = framingOf(Number(code), headers);
  const connection = headers.get("connection")?.toLowerCase() ?? "";
  const keepsAlive = minor === "1" && framing.kind !== "close" && !/\bclose\b/.test(connection);
  return { status: Number(code), headers, framing, keepsAlive };
}

function framingOf(status: number, headers: ReadonlyMap<string, string>): HttpHead["framing"] {
  if (status < 200 || status === 204 || status === 304) return { kind: "length", bytes: 0 };
  const encoding = headers.get("transfer-encoding")?.toLowerCase();
  const length = headers.get("content-length");
  if (encoding !== undefined) {
    if (encoding !== "chunked" || length !== undefined)
      throw new HttpSyntaxError("the length of the answer is unclear");
    return { kind: "chunked" };
  }
  if (length === undefined) return { kind: "close" };
  if (!/^\d{1,15}$/.test(length)) throw new HttpSyntaxError("the length of the answer is unclear");
  return { kind: "length", bytes: Number(length) };
}
