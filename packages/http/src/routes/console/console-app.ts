import { randomBytes } from "node:crypto";
import { pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ConsoleFiles, EdgeSettings } from "../../edge-settings.ts";
import { consoleSecurityPolicy } from "../../pages/security-policy.ts";
import { identifySignedIn, redirectToSignIn } from "../../sessions/visitor.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { PAGE_TYPE, withPageHeaders } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { consolePageFor } from "./console-use.ts";

const KEPT = "public, max-age=31536000, immutable";
const PLAIN_PAGE = "/console/files.pl";

/** The console and its files. Nothing is loaded before somebody opens it. */
export function addConsoleApp(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "events">,
  settings: EdgeSettings,
): void {
  addPageRoute(app, pageEndpoints.consoleApp, async (request, reply) => {
    const actor = await identifySignedIn(request, services, settings);
    if (actor === undefined) return redirectToSignIn(request, reply);
    await services.admission.admit(actor, { name: "console.app" });
    const context = pageContextOf(request, settings);
    const page = await consolePageFor(actor, request, services, settings);
    if (page === undefined) return reply.redirect(`${context.prefix}${PLAIN_PAGE}`, 303);
    const nonce = randomBytes(16).toString("base64url");
    const changes = await services.events.latest(actor);
    return withPageHeaders(reply, context)
      .header("content-security-policy", consoleSecurityPolicy(nonce, context))
      .header("cross-origin-opener-policy", "same-origin")
      .type(PAGE_TYPE)
      .send(page({ language: context.language, nonce, changes }));
  });
  addPageRoute<{ asset: string }>(app, pageEndpoints.consoleAsset, (request, reply) =>
    sendAsset(request, reply, settings.console),
  );
}

async function sendAsset(
  request: FastifyRequest<{ Params: { asset: string } }>,
  reply: FastifyReply,
  files: ConsoleFiles | undefined,
): Promise<FastifyReply> {
  const accepted = (request.headers["accept-encoding"] ?? "").split(",").map((each) => each.split(";")[0]?.trim());
  const asset = await files?.asset(request.params.asset, (encoding) => accepted.includes(encoding));
  if (asset === undefined) throw new RequestError("resourceNotFound", "This version of the console has no such file.");
  if (asset.encoding !== undefined) reply.header("content-encoding", asset.encoding);
  return reply
    .header("cache-control", KEPT)
    .header("vary", "accept-encoding")
    .type(asset.contentType)
    .send(asset.bytes);
}
