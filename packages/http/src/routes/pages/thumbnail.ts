import { createHash } from "node:crypto";
import { pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { addressOf } from "../../wire/caller.ts";
import { refuseDownload } from "../../wire/download-refusal.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** The response at an address never changes; after an hour the browser checks whether it may still be shown. */
const KEPT = "private, max-age=3600";
const RETRY_SECONDS = 1;

/**
 * `/t<token>`: the thumbnail of a picture. The server made it, so it is safe at any origin, and embeddable anywhere:
 * whoever has the address may see it.
 */
export function addThumbnail(
  app: FastifyInstance,
  services: Pick<EdgeServices, "thumbnails">,
  settings: EdgeSettings,
  logger: EdgeLogger,
): void {
  const answer = async (request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) => {
    const found = await services.thumbnails.find(request.params.token, addressOf(request));
    if (found === "being-made") return reply.code(202).header("retry-after", RETRY_SECONDS).send();
    const etag = `"${createHash("sha256").update(found.bytes).digest("hex").slice(0, 32)}"`;
    reply.headers({
      "cache-control": KEPT,
      "content-security-policy": "sandbox; default-src 'none'",
      "cross-origin-resource-policy": "cross-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      etag,
    });
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    reply.type("image/webp");
    if (request.method === "HEAD") return reply.header("content-length", found.bytes.length).send();
    return reply.send(Buffer.from(found.bytes));
  };
  addPageRoute(app, pageEndpoints.thumbnail, answer, {
    errorHandler: (error, request, reply) => void refuseDownload(error, request, reply, { settings, logger }),
  });
}
