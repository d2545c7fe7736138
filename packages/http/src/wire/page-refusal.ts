import { DatabaseError, FloodLockedError, isDomainError } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { knownRefusalPage, type KnownRefusal, minutesOf } from "../pages/account/refusal-page.ts";
import { lockedOutPage, refusalPage } from "../pages/notice-pages.ts";
import { acceptsPages, prefersJson } from "./accept.ts";
import { RequestError } from "./error-answer.ts";
import { sendJson } from "./json-endpoint.ts";
import { sendPage } from "./page-answer.ts";
import { pageContextOf } from "./page-context.ts";
import { beginRefusal } from "./refusal.ts";
import { refusalText } from "./refusal-text.ts";

/** Sends a refusal that has no page of its own: in words for a browser, in JSON for everybody else. */
export function refusePage(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, logger }: { settings: EdgeSettings; logger: EdgeLogger },
): FastifyReply {
  const answer = beginRefusal(error, request, reply, { logger, failure: "request failed" });
  const { accept } = request.headers;
  if (!acceptsPages(accept) || prefersJson(accept)) return sendJson(reply, answer.body);
  const context = pageContextOf(request, settings);
  const known = knownRefusal(error);
  if (known !== undefined) return sendPage(reply, context, knownRefusalPage(context, known, allowedBy(reply)));
  if (error instanceof FloodLockedError) {
    const isBanned = error.reason === "abuse";
    return sendPage(reply, context, lockedOutPage(context, { isBanned, minutes: minutesOf(error.retryAfterMs) }));
  }
  return sendPage(reply, context, refusalPage(context, refusalText(context, answer), request.id));
}

const allowedBy = (reply: FastifyReply): string[] => String(reply.getHeader("allow") ?? "").split(", ");

/** The disk is full or read-only: stored data can be read. */
export function isUnwritable(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.failure === "full" || error.failure === "read-only");
}

/** Refusals that are common enough to be explained in the visitor's language, with what to do about them. */
function knownRefusal(error: unknown): KnownRefusal | undefined {
  if (error instanceof RequestError && error.wire === "pageNotAllowed") return "foreign-form";
  if (error instanceof RequestError && error.wire === "endpointNotAvailable") return "absent";
  if (error instanceof RequestError && error.wire === "methodNotAllowed") return "method";
  if (isDomainError(error, "storage-full")) return "full";
  if (isUnwritable(error)) return error.failure === "full" ? "full" : "unwritable";
  return isDomainError(error, "too-busy") ? "busy" : undefined;
}
