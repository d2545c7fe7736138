import { pageEndpoints } from "@consigne/contract";
import { type EdgeServices, type InvitationLink, isDomainError, isSameSecret, WeakPasswordError } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { acceptedPage, invitationOverPage, invitationPage } from "../../pages/account/invitation-pages.ts";
import type { Page } from "../../pages/layout.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { type FormOutcome, MailedLinkPage, type ShownForm } from "./mailed-link-page.ts";

type Services = Pick<EdgeServices, "admission" | "invitations">;
type Usable = Extract<InvitationLink, { state: "usable" }>;

/** Behind the link mailed to an invited person. */
export function addInvitationPage(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const page = new InvitationPage(services, settings);
  addPageRoute(app, pageEndpoints.invitation, (request, reply) => page.answer(request, reply));
}

class InvitationPage extends MailedLinkPage<Usable> {
  readonly #services: Services;
  protected readonly overPage = invitationOverPage;

  constructor(services: Services, settings: EdgeSettings) {
    super(services, settings);
    this.#services = services;
  }

  protected look(token: string): Promise<InvitationLink> {
    return this.#services.invitations.look(token);
  }

  protected formPage(context: PageContext, { token, link, failure }: ShownForm<Usable>): Page {
    const { email, invitedBy } = link.invitation;
    return invitationPage(context, { token, email, invitedBy, failure });
  }

  protected async take(
    request: FastifyRequest,
    context: PageContext,
    token: string,
    { invitation }: Usable,
  ): Promise<FormOutcome> {
    const texts = context.texts.reset;
    const form = formFields(request);
    const password = form.get("pass") ?? "";
    const refused = (text: string, status = 400) => ({ refused: { status, text } });
    if (!isSameSecret(password, form.get("pass_again") ?? "")) return refused(texts.invitation.notSame);
    const input = { password, language: context.language, address: addressOf(request) };
    try {
      const outcome = await this.#services.invitations.accept(token, input, callerGone(request));
      if (outcome.state !== "done") return { over: outcome.state };
    } catch (error) {
      if (error instanceof WeakPasswordError) return refused(context.texts.account.security.weakPassword);
      if (isDomainError(error, "bad-argument")) return refused(texts.invitation.badPassword);
      if (isDomainError(error, "account-exists")) return refused(texts.invitation.taken, 409);
      throw error;
    }
    return { done: acceptedPage(context, { email: invitation.email }) };
  }
}
