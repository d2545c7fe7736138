import { pageEndpoints, parseFileLink } from "@consigne/contract";
import { type CheckedLink, type EdgeServices, FloodLockedError, guest } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { lineCell } from "../../pages/html.ts";
import { prefersJson } from "../../wire/accept.ts";
import { addressOf } from "../../wire/caller.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { beginRefusal } from "../../wire/refusal.ts";
import { refuseForeignPage } from "../../wire/sending-page.ts";

const LINES_TYPE = "text/plain; charset=utf-8";
/** How much of an invalid link is repeated in the answer. */
const LONGEST_ECHO = 500;

/** `check_links.pl`: used by JDownloader, plowshare and Synology's module to check many links at once. */
export function addCheckLinks(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "linkCheck">,
  settings: EdgeSettings,
  logger: EdgeLogger,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    refuseForeignPage(request, settings);
    const actor = guest(addressOf(request));
    await services.admission.admit(actor, { name: "links.check" });
    const links = formFields(request)
      .all("links[]")
      .map((link) => ({ link, id: parseFileLink(link)?.id }));
    if (links.length === 0) throw new RequestError("badRequest", "Send the links to check as fields named links[].");
    const checked = await services.linkCheck.check(
      actor,
      links.flatMap(({ id }) => id ?? []),
      callerGone(request),
    );
    const next = checked.values();
    const lines = links.map(({ link, id }) => lineOf(link, id === undefined ? "bad" : next.next().value));
    return reply.type(LINES_TYPE).send(lines.join(""));
  };
  addPageRoute(app, pageEndpoints.checkLinks, answer, {
    errorHandler: (error, request, reply) => void refuse(error, request, reply, logger),
  });
}

/**
 * All readers split it at its semicolons, into three or four fields: a name contains none, hence no entities either.
 */
function lineOf(link: string, state: CheckedLink | "bad" | undefined): string {
  const url = lineCell(link.slice(0, LONGEST_ECHO));
  if (typeof state === "object") return `${url};${lineCell(state.name)};${state.sizeBytes}\n`;
  const word = state === "private" ? "PRIVATE" : state === "absent" ? "NOT FOUND" : "BAD LINK";
  return `${url};;;${word}\n`;
}

/** plowshare compares the whole body with two words. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: EdgeLogger): FastifyReply {
  const { body } = beginRefusal(error, request, reply, { logger, failure: "checking links failed" });
  const isLines = error instanceof FloodLockedError && !prefersJson(request.headers.accept);
  return isLines ? reply.type(LINES_TYPE).send("IP Locked") : sendJson(reply, body);
}
