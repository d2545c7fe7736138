import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { refusalPage } from "../pages/notice-pages.ts";
import { acceptsPages, prefersJson } from "./accept.ts";
import { sendJson } from "./json-endpoint.ts";
import { sendPage } from "./page-answer.ts";
import { pageContextOf } from "./page-context.ts";
import { beginRefusal } from "./refusal.ts";

/** How a page refuses what it has no page of its own for: in words for a browser, in JSON for everybody else. */
export function refusePage(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, logger }: { settings: EdgeSettings; logger: EdgeLogger },
): FastifyReply {
  const { body } = beginRefusal(error, request, reply, { logger, failure: "request failed" });
  const { accept } = request.headers;
  if (!acceptsPages(accept) || prefersJson(accept)) return sendJson(reply, body);
  const context = pageContextOf(request, settings);
  return sendPage(reply, context, refusalPage(context, body.message.replace(/ #\d+$/, ""), request.id));
}
