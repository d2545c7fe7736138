import type { FastifyRequest } from "fastify";

/** Everything behind the first `?`, as sent. */
export function rawQuery(request: Pick<FastifyRequest, "url">): string {
  const at = request.url.indexOf("?");
  return at === -1 ? "" : request.url.slice(at + 1);
}

export function queryParameters(request: Pick<FastifyRequest, "url">): URLSearchParams {
  return new URLSearchParams(rawQuery(request));
}

/** The path without its query, for logs: the query may hold a key. Tokens in the path are cut too. */
export function loggablePath(request: Pick<FastifyRequest, "url" | "routeOptions">): string {
  return request.routeOptions.url ?? request.url.split("?", 1)[0]?.slice(0, 200) ?? "";
}
