import type { IncomingMessage } from "node:http";
import { type Clock, SourceError, systemClock } from "@consigne/core";
import { defaultBounds, type FetchBounds } from "./bounds.ts";
import { addressInvalid, brokenOff, contradiction, tooSlow } from "./failures.ts";
import { resolveBySystem, type ResolveHost } from "./host-addresses.ts";
import { exchange, type FetchParts } from "./http-exchange.ts";
import { reachability } from "./networks.ts";
import { OpenEnds } from "./open-ends.ts";
import { Pace } from "./pace.ts";
import { isRedirect, mayBeTold, redirectFailure, redirectTarget } from "./redirects.ts";
import { isHopOrProxyHeader } from "./request-headers.ts";
import { headerOf } from "./response-headers.ts";
import { readSourceAddress, type SourceAddress } from "./source-address.ts";
import { sourceBytes } from "./source-bytes.ts";

/** Limit on request bodies: API calls are short. */
const MOST_SENT_BYTES = 1024 * 1024;
/** Headers that may be sent to any redirect target. */
const TOLD_EVERYWHERE = new Set(["accept", "accept-language", "if-range", "range", "user-agent"]);
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * A `fetch` for calls to servers whose addresses come from users, with the rules of `createSourceFetcher`: for http and
 * https, into no forbidden network. A GET follows redirects unless `redirect` says otherwise, each under the same
 * rules, and credentials for one origin are not sent to another. Other methods never follow one: the caller gets the
 * redirect itself.
 */
export function createGuardedFetch({
  allow,
  clock = systemClock,
  bounds,
  resolve = resolveBySystem,
  ownNetworks,
}: {
  allow: readonly string[];
  clock?: Clock | undefined;
  bounds?: Partial<FetchBounds>;
  resolve?: ResolveHost;
  ownNetworks?: () => readonly string[];
}): typeof fetch {
  const parts: FetchParts = {
    resolve,
    mayReach: reachability(allow, ownNetworks),
    bounds: { ...defaultBounds, ...bounds },
    now: () => clock.now(),
  };
  return async (input, init = {}) => {
    const { signal, ...rest } = init;
    const request = new Request(input, rest);
    const order = { request, body: new Uint8Array(await request.arrayBuffer()) };
    if (order.body.byteLength > MOST_SENT_BYTES) throw addressInvalid({ code: "call-too-long" });
    const ends = new OpenEnds(signal ?? request.signal);
    try {
      return await answerTo(order, parts, ends);
    } catch (error) {
      ends.end(error);
      throw ends.reasonOr(() => error as Error);
    }
  };
}

interface Order {
  request: Request;
  body: Uint8Array;
}

async function answerTo({ request, body }: Order, parts: FetchParts, ends: OpenEnds): Promise<Response> {
  let at = calledAddress(request.url);
  let headers = [...request.headers];
  using _ = ends.limit(parts.bounds.openMs, () => tooSlow(at.url.host));
  for (let redirects = 0; redirects <= parts.bounds.redirects; redirects++) {
    const sent = { method: request.method, body };
    const { answer, leave } = await exchange(at, callHeaders(headers, at.url, body), parts, ends, sent);
    const isFollowed = request.method === "GET" && request.redirect === "follow";
    if (!isFollowed || !isRedirect(answer.statusCode ?? 0)) return responseOf(answer, at.url, parts, ends);
    leave();
    const next = redirectTarget(headerOf(answer, "location"), at.url);
    if (!mayBeTold(at.url, next.url)) headers = headers.filter(([name]) => TOLD_EVERYWHERE.has(name));
    at = next;
  }
  throw redirectFailure({ code: "redirects-too-many" });
}

function calledAddress(url: string): SourceAddress {
  const address = readSourceAddress(url);
  if (address.url.protocol !== "ftp:") return { ...address, login: undefined };
  throw addressInvalid({ code: "call-scheme" });
}

function callHeaders(own: [string, string][], { host }: URL, body: Uint8Array): Record<string, string> {
  return {
    "user-agent": "Consigne",
    ...Object.fromEntries(own.filter(([name]) => !isHopOrProxyHeader(name))),
    host,
    connection: "close",
    "accept-encoding": "identity",
    ...(body.byteLength > 0 ? { "content-length": String(body.byteLength) } : {}),
  };
}

function responseOf(answer: IncomingMessage, { host }: URL, parts: FetchParts, ends: OpenEnds): Response {
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 599)
    throw new SourceError("contradiction", { code: "status-invalid", host, status }, { isFinal: false });
  const coding = (headerOf(answer, "content-encoding") ?? "identity").trim().toLowerCase();
  if (coding !== "" && coding !== "identity") throw contradiction(host, "coding-unasked");
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (!WITHOUT_BODY.has(status)) {
    const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
    const finish = async () => {
      if (!answer.complete) throw brokenOff(host);
    };
    const pace = new Pace(host, parts.bounds, ends);
    const bytes = sourceBytes(chunks, { host, expectedBytes: undefined, finish }, pace, ends);
    return new Response(ReadableStream.from(bytes), { status, headers });
  }
  ends.end();
  return new Response(null, { status, headers });
}
