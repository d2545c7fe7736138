import { type IncomingMessage, STATUS_CODES } from "node:http";
import { SourceError, type SourceVersion } from "@consigne/core";
import { contradiction } from "./failures.ts";
import { isRedirect, redirectFailure } from "./redirects.ts";
import {
  contentLengthOf,
  headerOf,
  readContentRange,
  readUnsatisfiedRange,
  retryAfterOf,
  versionOf,
} from "./response-headers.ts";

/** Client error statuses that say nothing about the next attempt. */
const PASSING = new Set([408, 425, 429]);
/** Files whose own format is what servers name as their content coding. */
const CODED_BY_NAME: Readonly<Record<string, RegExp>> = {
  gzip: /\.(gz|tgz|svgz|dz)$/i,
  "x-gzip": /\.(gz|tgz|svgz|dz)$/i,
  compress: /\.z$/i,
  "x-compress": /\.z$/i,
  br: /\.br$/i,
  zstd: /\.(zst|tzst)$/i,
};

/** The bytes in a response. */
export interface AnsweredBytes {
  offset: number;
  /** Size of the whole file. */
  sizeBytes: number | undefined;
  /** Bytes in this response; undefined if it does not say. */
  expectedBytes: number | undefined;
}

export interface Asked {
  from: number;
  version: SourceVersion | undefined;
}

/**
 * What a response head says about its bytes: `complete` if the source has no more than we already have, `unsuitable` if
 * they cannot continue what we have, so that the file must be requested from its beginning.
 * @throws {SourceError}
 */
export function readAnswer(
  answer: IncomingMessage,
  url: URL,
  { from, version }: Asked,
  now: Date,
): AnsweredBytes | "complete" | "unsuitable" {
  const status = answer.statusCode ?? 0;
  if (status === 416 && from > 0) {
    const isWhole = readUnsatisfiedRange(headerOf(answer, "content-range")) === from;
    return isWhole && isSameVersion(version, versionOf(answer), status) ? "complete" : "unsuitable";
  }
  if (status !== 200 && status !== 203 && status !== 206) throw refusalOf(answer, status, url.host, now);
  checkCodings(answer, url);
  const lengthBytes = contentLengthOf(answer);
  if (lengthBytes === null) throw contradiction(url.host, "length-invalid");
  if (status !== 206) return { offset: 0, sizeBytes: lengthBytes, expectedBytes: lengthBytes };
  const range = readContentRange(headerOf(answer, "content-range"));
  const isUsable =
    range?.first === from &&
    range.last === range.total - 1 &&
    (lengthBytes === undefined || lengthBytes === range.total - from) &&
    (from === 0 || isSameVersion(version, versionOf(answer), status));
  if (isUsable) return { offset: from, sizeBytes: range.total, expectedBytes: range.total - from };
  if (from > 0) return "unsuitable";
  throw contradiction(url.host, "part-unasked");
}

/** A strong validator must be repeated. A date need not be (RFC 9110, 15.3.7), nor anything in a refusal. */
function isSameVersion(held: SourceVersion | undefined, answered: SourceVersion | undefined, status: number): boolean {
  if (held?.etag !== undefined) return answered?.etag === held.etag || (answered?.etag === undefined && status === 416);
  if (held?.modifiedAt !== undefined)
    return answered?.modifiedAt === undefined || answered.modifiedAt === held.modifiedAt;
  return answered === undefined;
}

/**
 * Nothing is decoded: announced, counted and stored bytes are the same. Some servers declare a content coding for every
 * `.gz`; there it is the format of the file itself.
 */
function checkCodings(answer: IncomingMessage, { host, pathname }: URL): void {
  const transfer = headerOf(answer, "transfer-encoding")?.trim().toLowerCase();
  if (transfer !== undefined && transfer !== "chunked") throw contradiction(host, "coding-unasked");
  const coding = (headerOf(answer, "content-encoding") ?? "").trim().toLowerCase();
  if (coding === "" || coding === "identity" || CODED_BY_NAME[coding]?.test(pathname) === true) return;
  throw new SourceError("contradiction", { code: "compressed-unasked", host }, { isFinal: true });
}

function refusalOf(answer: IncomingMessage, status: number, host: string, now: Date): SourceError {
  const retryAfterMs = retryAfterOf(answer, now);
  const name = STATUS_CODES[status];
  const reason = { code: "answered", host, status, name } as const;
  if (status >= 500 || PASSING.has(status))
    return new SourceError("unavailable", reason, { isFinal: false, retryAfterMs });
  if (status === 304) return contradiction(host, "not-modified-unasked");
  if (status >= 300 && status < 400 && !isRedirect(status))
    return redirectFailure({ code: "redirect-useless", host, status });
  return new SourceError("refused", reason, { isFinal: true, retryAfterMs });
}
