import { type IncomingMessage, request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import type { SourceError } from "@consigne/core";
import type { FetchBounds } from "./bounds.ts";
import { connectTo, secure } from "./checked-socket.ts";
import { contradiction, readFailure, tooSlow } from "./failures.ts";
import { reachableAddresses, type ResolveHost } from "./host-addresses.ts";
import type { MayReach } from "./networks.ts";
import type { OpenEnds } from "./open-ends.ts";
import type { SourceAddress } from "./source-address.ts";

const MOST_INTERIM_ANSWERS = 8;

export interface FetchParts {
  resolve: ResolveHost;
  mayReach: MayReach;
  bounds: FetchBounds;
  now: () => Date;
}

/** The request; by default a GET without a body. */
export interface Sent {
  method: string;
  body: Uint8Array;
}

export interface Exchange {
  answer: IncomingMessage;
  /** Ends only its connection; another exchange follows. */
  leave(): void;
}

/**
 * Sends one request and reads the head of the response. Later problems with the body end everything.
 * @throws {SourceError}
 */
export async function exchange(
  { url, port }: SourceAddress,
  headers: Record<string, string | string[]>,
  parts: FetchParts,
  ends: OpenEnds,
  sent: Sent = { method: "GET", body: new Uint8Array() },
): Promise<Exchange> {
  const { connectMs, headMs } = parts.bounds;
  const { hostname, host } = url;
  const addresses = await reachableAddresses(hostname, { ...parts, connectMs }, ends);
  const plain = await connectTo({ hostname, port, addresses }, connectMs, ends);
  const socket = url.protocol === "https:" ? await secure(plain, hostname, connectMs, ends) : plain;
  using _ = ends.limit(headMs, () => tooSlow(host));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let isLeft = false;
  const fail = (error: SourceError): void => {
    if (!isLeft) ends.end(error);
    reject(error);
  };
  const request = requestOn(socket, url, headers, { ...parts.bounds, method: sent.method });
  request.on("error", (error) => fail(readFailure(host, error)));
  request.on("upgrade", () => fail(contradiction(host, "protocol-changed")));
  request.on("response", resolve);
  let interim = 0;
  request.on("information", () => {
    interim += 1;
    if (interim > MOST_INTERIM_ANSWERS) fail(contradiction(host, "interim-without-end"));
  });
  request.end(sent.body.byteLength > 0 ? sent.body : undefined);
  const answer = await ends.race(promise);
  answer.on("error", () => undefined);
  return {
    answer,
    leave: () => {
      isLeft = true;
      request.destroy();
      ends.drop(socket);
      ends.drop(plain);
    },
  };
}

function requestOn(
  socket: Socket,
  url: URL,
  headers: Record<string, string | string[]>,
  { method, headBytes }: Pick<FetchBounds, "headBytes"> & { method: string },
) {
  return httpRequest({
    createConnection: () => socket,
    method,
    path: url.pathname + url.search,
    headers,
    setHost: false,
    maxHeaderSize: headBytes,
    insecureHTTPParser: false,
  });
}
