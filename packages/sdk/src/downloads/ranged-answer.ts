import { platform } from "#platform";
import type { Waits } from "../byte-context.ts";
import { refusalOf } from "../calls/byte-refusal.ts";
import { readRetryAfter } from "../calls/json-answer.ts";
import { DownloadFailedError, FileDamagedError } from "../errors.ts";
import type { ByteRequest, ByteResponse } from "../platform/platform.ts";
import { readText } from "../platform/read-text.ts";
import { readDisposition } from "./content-disposition.ts";

/** Bytes of a remote file; `end` is not included, and undefined for the end of the file. */
export interface ByteSpan {
  start: number;
  end?: number | undefined;
}

/** An answer with the requested bytes. */
export interface RangedAnswer {
  body: AsyncIterable<Uint8Array>;
  start: number;
  /** Not included; undefined if the server did not give the length of its answer. */
  end: number | undefined;
  /** Size of the whole file. */
  sizeBytes: number | undefined;
  /** Identifies one state of the file. */
  etag: string | undefined;
  name: string | undefined;
  contentType: string | undefined;
  cancel(): void;
}

/** The direct link has expired: another one may work. */
export class LinkRefusedError extends DownloadFailedError {
  constructor(status: number) {
    super(`The direct link was refused (HTTP ${status}).`);
  }
}

/** The server is busy, or the link is serving another stream. */
export class ServerBusyError extends DownloadFailedError {
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, retryAfterMs: number | undefined) {
    super(`The server cannot send the file now (HTTP ${status}).`);
    this.retryAfterMs = retryAfterMs;
  }
}

interface SpanOptions {
  waits: Waits;
  isOriginal: boolean;
  signal: AbortSignal | undefined;
  memory?: ByteRequest["memory"];
  onConnected?: ByteRequest["onConnected"];
}

const MOST_REDIRECTS = 3;
const MAX_REFUSAL_BYTES = 4096;
/** How errors and hooks name a download. */
export const DOWNLOAD_ENDPOINT = "download";
const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i;

/**
 * Requests bytes from a direct link. Without credentials: whoever has the link needs none, and it may lead to another
 * host.
 * @throws {LinkRefusedError} {ServerBusyError} {NetworkError} {TimeoutError} worth another attempt
 * @throws {FileDamagedError} the server can no longer read the bytes
 * @throws {DownloadFailedError} the server has other bytes than were requested
 */
export async function requestSpan(link: string, span: ByteSpan, options: SpanOptions): Promise<RangedAnswer> {
  const response = await get(link, span, options);
  try {
    if (response.status === 429 || response.status >= 500) throw await refusalIn(response, options.isOriginal);
    return readAnswer(response, span);
  } catch (error) {
    response.cancel();
    throw error;
  }
}

async function get(
  link: string,
  span: ByteSpan,
  { waits, signal, memory, onConnected }: SpanOptions,
): Promise<ByteResponse> {
  const isWhole = span.start === 0 && span.end === undefined;
  const range: Record<string, string> = isWhole
    ? {}
    : { range: `bytes=${span.start}-${span.end === undefined ? "" : span.end - 1}` };
  let url = link;
  for (let redirects = 0; ; redirects++) {
    const response = await platform.send({
      method: "GET",
      url,
      headers: { ...range, "accept-encoding": "identity" },
      signal,
      idleTimeoutMs: waits.idleTimeoutMs,
      answerTimeoutMs: waits.idleTimeoutMs,
      keepsAlive: true,
      memory,
      onConnected,
    });
    const target = response.header("location");
    if (response.status < 300 || response.status >= 400 || target === undefined) return response;
    response.cancel();
    if (redirects >= MOST_REDIRECTS) throw new DownloadFailedError("Too many redirects.");
    url = new URL(target, url).href;
  }
}

/** Damage is also reported with a 503, but is permanent. */
async function refusalIn(response: ByteResponse, isOriginal: boolean): Promise<Error> {
  const text = await readText(response, MAX_REFUSAL_BYTES);
  const refusal = refusalOf(response, text, { endpoint: DOWNLOAD_ENDPOINT, isOriginal, secrets: [] });
  if (refusal instanceof FileDamagedError) return refusal;
  const retryAfterMs = readRetryAfter(response.header("retry-after"), response.header("date"), Date.now());
  return new ServerBusyError(response.status, retryAfterMs);
}

function readAnswer(response: ByteResponse, span: ByteSpan): RangedAnswer {
  const { status } = response;
  if (status === 416) throw new DownloadFailedError(`The file has no bytes from ${span.start} on.`);
  if (status !== 200 && status !== 206) throw new LinkRefusedError(status);
  const disposition = response.header("content-disposition");
  const contentType = response.header("content-type");
  // An expired link may be answered with a page; a file always has a Content-Disposition.
  if (disposition === undefined && contentType?.startsWith("text/html") === true) throw new LinkRefusedError(status);
  const etag = response.header("etag");
  return {
    ...(status === 206 ? partOf(response, span) : wholeOf(response, span)),
    body: response.body,
    etag: etag === undefined || etag.startsWith("W/") ? undefined : etag,
    name: disposition === undefined ? undefined : readDisposition(disposition),
    contentType,
    cancel: () => response.cancel(),
  };
}

function partOf(response: ByteResponse, span: ByteSpan): Pick<RangedAnswer, "start" | "end" | "sizeBytes"> {
  const [, first, last, total] = CONTENT_RANGE.exec(response.header("content-range") ?? "") ?? [];
  const sizeBytes = total === "*" || total === undefined ? undefined : Number(total);
  const end = Number(last) + 1;
  const wantedEnd = Math.min(span.end ?? Infinity, sizeBytes ?? Infinity);
  // Written so that NaN fails.
  if (!(Number(first) === span.start && end > span.start && end <= wantedEnd)) {
    throw new DownloadFailedError("The server sent another part of the file than the one requested.");
  }
  return { start: span.start, end, sizeBytes };
}

/** A server without ranges sends everything: correct if everything was requested. */
function wholeOf(response: ByteResponse, span: ByteSpan): Pick<RangedAnswer, "start" | "end" | "sizeBytes"> {
  if (span.start > 0) throw new DownloadFailedError("The server cannot send part of a file.");
  const length = response.header("content-length");
  const sizeBytes = length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
  return { start: 0, end: sizeBytes, sizeBytes };
}
