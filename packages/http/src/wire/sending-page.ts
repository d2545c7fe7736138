import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { publicUrlFor } from "./caller.ts";

export type SentRequest = Pick<FastifyRequest, "headers" | "host" | "protocol" | "socket">;

/**
 * True when a page of another origin made the browser send this request. Programs name no origin at all. Browsers tell
 * how the two relate wherever the connection is safe, and the origin by itself with everything but plain visits.
 */
export function isSentByForeignPage(request: SentRequest, settings: Pick<EdgeSettings, "publicUrl">): boolean {
  const { headers } = request;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const { origin } = headers;
  if (origin === undefined) return false;
  // A proxy in front may speak TLS for us without saying so, hence no look at the scheme.
  const sender = URL.parse(origin)?.host;
  return (
    sender === undefined ||
    ![request.host.toLowerCase(), URL.parse(publicUrlFor(request, settings))?.host].includes(sender)
  );
}
