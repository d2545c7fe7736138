import { validateHeaderName, validateHeaderValue } from "node:http";
import type { SourceOrder, SourceVersion } from "@consigne/core";
import { addressInvalid } from "./failures.ts";
import type { SourceAddress } from "./source-address.ts";

const MOST_HEADERS = 50;
const MOST_HEADER_CHARACTERS = 16 * 1024;
/** Hop-by-hop headers. */
const HOP = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "max-forwards",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** Headers that we set ourselves, because reading the response depends on them. */
const OURS = new Set([
  "accept-encoding",
  "content-encoding",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
]);
/** Headers in which proxies describe a caller: servers that trust this machine would believe them. */
const FORWARDING =
  /^(proxy-|x-forwarded-|x-original-|x-rewrite-|x-http-method)|^(forwarded|via|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip|fastly-client-ip|x-method-override)$/;

export type HeaderList = [name: string, value: string][];

/**
 * The headers of an order that are passed on.
 * @throws {SourceError} for headers that cannot be sent
 */
export function passedHeaders(headers: SourceOrder["headers"]): HeaderList {
  const characters = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (headers.length > MOST_HEADERS || characters > MOST_HEADER_CHARACTERS)
    throw addressInvalid({ code: "headers-too-long" });
  return headers
    .map(([name, value]) => checked(name, value))
    .filter(([name]) => !OURS.has(name) && !isHopOrProxyHeader(name));
}

function checked(name: string, value: string): [string, string] {
  const trimmed = value.trim();
  try {
    validateHeaderName(name);
    validateHeaderValue(name, trimmed);
  } catch {
    throw addressInvalid({ code: "header-unsendable" });
  }
  return [name.toLowerCase(), trimmed];
}

/** @param name in lower case */
export const isHopOrProxyHeader = (name: string): boolean =>
  HOP.has(name) || FORWARDING.test(name.replaceAll("_", "-"));

/** All headers of one request: those of the order first, except those that we set ourselves. */
export function requestHeaders({
  url,
  own,
  login,
  from,
  version,
}: {
  url: URL;
  /** Empty once a redirect has led elsewhere, like the credentials. */
  own: HeaderList;
  login: SourceAddress["login"];
  from: number;
  version: SourceVersion | undefined;
}): Record<string, string[] | string> {
  const headers: Record<string, string[] | string> = { accept: "*/*", "user-agent": "Consigne" };
  if (login !== undefined)
    headers["authorization"] = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  for (const [name, values] of Map.groupBy(own, ([name]) => name))
    headers[name] = name === "cookie" ? values.map(([, value]) => value).join("; ") : values.map(([, value]) => value);
  const validator = version?.etag ?? version?.modifiedAt;
  return {
    ...headers,
    host: url.host,
    connection: "close",
    "accept-encoding": "identity",
    ...(from > 0 ? { range: `bytes=${from}-` } : {}),
    ...(from > 0 && validator !== undefined ? { "if-range": validator } : {}),
  };
}
