import type { IncomingMessage } from "node:http";
import type { OpenedSource, SourceOrder } from "@consigne/core";
import { chunksInTurn, freeMemory } from "./chunks-in-turn.ts";
import { brokenOff, contradiction } from "./failures.ts";
import { type Asked, readAnswer } from "./http-answer.ts";
import { type Exchange, exchange, type FetchParts } from "./http-exchange.ts";
import type { OpenEnds } from "./open-ends.ts";
import { Pace } from "./pace.ts";
import { isRedirect, mayBeTold, redirectFailure, redirectTarget } from "./redirects.ts";
import { passedHeaders, requestHeaders } from "./request-headers.ts";
import { contentTypeOf, fileNameOf, headerOf, versionOf } from "./response-headers.ts";
import type { SourceAddress } from "./source-address.ts";
import { noBytes, sourceBytes } from "./source-bytes.ts";

interface Reached extends Exchange {
  url: URL;
}

/** @throws {SourceError} */
export async function openHttp(
  order: SourceOrder,
  start: SourceAddress,
  parts: FetchParts,
  ends: OpenEnds,
): Promise<OpenedSource> {
  const { from, version } = order;
  const resumed = from > 0 ? await openOnce(order, { from, version }, start, parts, ends) : undefined;
  const opened = resumed ?? (await openOnce(order, { from: 0, version: undefined }, start, parts, ends));
  if (opened === undefined) throw contradiction(start.url.host, "other-bytes");
  return opened;
}

/** Undefined if the response cannot continue what we have. */
async function openOnce(
  order: SourceOrder,
  asked: Asked,
  start: SourceAddress,
  parts: FetchParts,
  ends: OpenEnds,
): Promise<OpenedSource | undefined> {
  const reached = await follow(order, asked, start, parts, ends);
  const { answer, url, leave } = reached;
  const found = readAnswer(answer, url, asked, parts.now());
  if (found === "unsuitable") {
    leave();
    return undefined;
  }
  const about = {
    url: url.href,
    contentType: contentTypeOf(answer),
    fileName: fileNameOf(answer),
    version: versionOf(answer),
    close: () => ends.end(),
  };
  if (found !== "complete") {
    const bytes = bodyOf(answer, url.host, found.expectedBytes, parts, ends);
    // Chunked responses have an explicit end. Even with TLS, Node treats a cut connection as one that has ended.
    const isEndUntold = found.expectedBytes === undefined && headerOf(answer, "transfer-encoding") === undefined;
    return { ...about, offset: found.offset, sizeBytes: found.sizeBytes, isEndUntold, bytes };
  }
  ends.end();
  const { from, version } = asked;
  return { ...about, contentType: undefined, version, offset: from, sizeBytes: from, bytes: noBytes() };
}

/**
 * Repeats the request until there is no redirect. What was given only for the first host is dropped at the first other
 * one.
 */
async function follow(
  order: SourceOrder,
  asked: Asked,
  start: SourceAddress,
  parts: FetchParts,
  ends: OpenEnds,
): Promise<Reached> {
  let at = start;
  let own = passedHeaders(order.headers);
  const seen = new Set<string>();
  while (seen.size <= parts.bounds.redirects) {
    const key = JSON.stringify([at.url.href, own.length > 0 || at.login !== undefined]);
    if (seen.has(key)) throw redirectFailure({ code: "redirect-circle", host: at.url.host });
    seen.add(key);
    const reached = await exchange(at, requestHeaders({ ...asked, ...at, own }), parts, ends);
    if (!isRedirect(reached.answer.statusCode ?? 0)) return { ...reached, url: at.url };
    reached.leave();
    const next = redirectTarget(headerOf(reached.answer, "location"), at.url);
    const isTold = mayBeTold(at.url, next.url);
    const hasSecrets = own.length > 0 || at.login !== undefined;
    if (hasSecrets && at.url.protocol === "https:" && next.url.protocol === "http:")
      throw redirectFailure({ code: "redirect-insecure", host: at.url.host });
    if (!isTold) own = [];
    at = { ...next, login: isTold ? at.login : undefined };
  }
  throw redirectFailure({ code: "redirects-too-many" });
}

function bodyOf(
  answer: IncomingMessage,
  host: string,
  expectedBytes: number | undefined,
  { bounds }: FetchParts,
  ends: OpenEnds,
): AsyncIterableIterator<Uint8Array> {
  // Runs after Node's own listener, whose parser has copied the body by then; `chunksInTurn` refuses freed memory.
  answer.socket.on("data", freeMemory);
  const chunks = chunksInTurn(answer);
  const finish = async (): Promise<void> => {
    if (!answer.complete) throw brokenOff(host);
  };
  return sourceBytes(chunks, { host, expectedBytes, finish }, new Pace(host, bounds, ends), ends);
}
