import { isDomainError } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { blockedPage, damagedPage, noDownloadPage } from "../pages/file-pages.ts";
import { acceptsPages } from "./accept.ts";
import { sendJson } from "./json-endpoint.ts";
import { sendPage } from "./page-answer.ts";
import { pageContextOf } from "./page-context.ts";
import { beginRefusal } from "./refusal.ts";
import { refusalText } from "./refusal-text.ts";

/** With a page for people: browsers ask for HTML in `Accept`, download tools do not. */
export function refuseDownload(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, logger }: { settings: EdgeSettings; logger: EdgeLogger },
): FastifyReply {
  const answer = beginRefusal(error, request, reply, { logger, failure: "download failed" });
  if (!acceptsPages(request.headers.accept)) return sendJson(reply, answer.body);
  const context = pageContextOf(request, settings);
  if (isDomainError(error, "file-blocked")) return sendPage(reply, context, blockedPage(context));
  if (isDomainError(error, "file-damaged")) return sendPage(reply, context, damagedPage(context));
  return sendPage(reply, context, noDownloadPage(context, refusalText(context, answer), answer.status));
}
