import { pageEndpoints, removalUrl } from "@consigne/contract";
import { type EdgeServices, guest, isDomainError } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { offlinePage } from "../../pages/file-pages.ts";
import { removalQuestionPage, removedPage } from "../../pages/removal-pages.ts";
import { prefersJson } from "../../wire/accept.ts";
import { callerOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { isSentByForeignPage, refuseUnseenByForeignPage } from "../../wire/sending-page.ts";

type RemovalRequest = FastifyRequest<{ Params: { id: string; code: string } }>;

/**
 * `/remove/ID/CODE`: opening the link asks, and only its form removes, because mail scanners and previews open links
 * too. A wrong code is answered like a missing file, and counted, since codes can be guessed.
 */
export function addRemoval(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "removalLinks">,
  settings: EdgeSettings,
): void {
  const { admission, removalLinks } = services;
  const answer = async (request: RemovalRequest, reply: FastifyReply) => {
    const { address, face } = callerOf(request, settings);
    const { id, code } = request.params;
    const url = removalUrl(face, id, code);
    if (request.method === "POST" && isSentByForeignPage(request, settings)) return reply.redirect(url, 303);
    refuseUnseenByForeignPage(request, settings);
    const context = pageContextOf(request, settings);
    const actor = guest(address);
    await admission.admit(actor, { name: "file.removal" });
    try {
      if (request.method === "POST" && formFields(request).get("force") === "1") {
        await removalLinks.remove(actor, id, code);
        return sendPage(reply, { ...context, switches: [] }, removedPage(context));
      }
      const file = await removalLinks.find(actor, id, code);
      return sendPage(reply, context, removalQuestionPage(context, { ...file, removalUrl: url }));
    } catch (error) {
      if (!isDomainError(error, "file-not-found")) throw error;
      await admission.countRefusal(address);
      if (prefersJson(request.headers.accept)) throw error;
      return sendPage(reply.code(404), context, offlinePage(context));
    }
  };
  addPageRoute(app, pageEndpoints.removalPage, answer);
}
