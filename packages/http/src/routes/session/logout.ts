import { pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { signedOutPage, signOutPage } from "../../pages/account/sign-in-page.ts";
import { formTokenOf, requireOwnForm } from "../../sessions/form-token.ts";
import { clearSessionCookie } from "../../sessions/session-cookie.ts";
import { identifySignedIn, type SignedIn } from "../../sessions/visitor.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { isUnwritable } from "../../wire/page-refusal.ts";
import { addPageRoute } from "../../wire/page-route.ts";

async function endIfPossible(sessions: Pick<EdgeServices["sessions"], "end">, by: SignedIn): Promise<boolean> {
  try {
    await sessions.end(by, by.session.id);
    return true;
  } catch (error) {
    if (isUnwritable(error)) return false;
    throw error;
  }
}

/** `/logout.pl`: asks, and ends the session when its form is sent. A mere link to it ends nothing. */
export function addLogout(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "sessions">,
  settings: EdgeSettings,
): void {
  addPageRoute(app, pageEndpoints.logout, async (request, reply) => {
    const isForm = request.method === "POST";
    if (isForm) requireOwnForm(request, settings, { isForPeople: true, field: "b" });
    const actor = await identifySignedIn(request, services, settings);
    const formToken = formTokenOf(request);
    if (actor === undefined || formToken === undefined) {
      const context = pageContextOf(request, settings);
      return sendPage(reply, context, signedOutPage(context, { isDone: false }));
    }
    if (!isForm) {
      const context = pageContextOf(request, settings);
      return sendPage(reply, context, signOutPage(context, formToken));
    }
    const isEnded = await endIfPossible(services.sessions, actor);
    // The browser forgets the session in any case.
    clearSessionCookie(reply, request, settings);
    request.actor = undefined;
    const context = pageContextOf(request, settings);
    return sendPage(
      reply.code(isEnded ? 200 : 503),
      context,
      signedOutPage(context, { isDone: isEnded || "unwritten" }),
    );
  });
}
