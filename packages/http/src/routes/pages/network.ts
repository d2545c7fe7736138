import { pageEndpoints } from "@consigne/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { networkPage } from "../../pages/notice-pages.ts";
import { addressOf } from "../../wire/caller.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** `network.html`: JDownloader reads it before every session, with or without an account. */
export function addNetwork(app: FastifyInstance, settings: EdgeSettings): void {
  addPageRoute(app, pageEndpoints.networkPage, async (request: FastifyRequest, reply: FastifyReply) => {
    const context = pageContextOf(request, settings);
    return sendPage(reply, context, networkPage(context, addressOf(request)));
  });
}
