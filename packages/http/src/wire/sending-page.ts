import type { FastifyRequest } from "fastify";

/**
 * True when a page of another origin made the browser send this request. Programs name no origin at all. Browsers tell
 * how the two relate wherever the connection is safe, and the origin by itself with everything but plain visits.
 */
export function isSentByForeignPage(
  { headers, host }: Pick<FastifyRequest, "headers" | "host">,
  publicUrl: string,
): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const { origin } = headers;
  if (origin === undefined) return false;
  // A proxy in front may speak TLS for us without saying so, hence no look at the scheme.
  const sender = URL.parse(origin)?.host;
  return sender === undefined || ![host.toLowerCase(), URL.parse(publicUrl)?.host].includes(sender);
}
