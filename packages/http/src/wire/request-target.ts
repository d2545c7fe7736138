import type { FastifyRequest } from "fastify";

/** Everything after the first `?`, as sent. */
export function rawQuery(request: Pick<FastifyRequest, "url">): string {
  const at = request.url.indexOf("?");
  return at === -1 ? "" : request.url.slice(at + 1);
}

export function queryParameters(request: Pick<FastifyRequest, "url">): URLSearchParams {
  return new URLSearchParams(rawQuery(request));
}

/** Long enough to be a token, a key or a removal code. */
const SECRET_LIKE = /[A-Za-z0-9_=-]{8,}/g;

/**
 * The path for logs, without its query, which may contain a key. A known route is logged as its pattern, and in an
 * unknown path everything that could be a secret is masked: `/p<token>/name` is not a route, but the token is real.
 */
export function loggablePath(request: Pick<FastifyRequest, "url" | "routeOptions">): string {
  const pattern = request.routeOptions.url;
  if (pattern !== undefined) return pattern;
  const path = request.url.split("?", 1)[0] ?? "";
  return path.slice(0, 200).replace(SECRET_LIKE, "…");
}
