import { pageEndpoints } from "@consigne/contract";
import { type AddressLink, type EdgeServices, isAccountActor, isDomainError } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { confirmationOverPage, confirmedPage, confirmPage } from "../../pages/account/confirm-pages.ts";
import type { Page } from "../../pages/layout.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { type FormOutcome, MailedLinkPage, type ShownForm } from "./mailed-link-page.ts";

type Services = Pick<EdgeServices, "addressChange" | "admission">;
type Usable = Extract<AddressLink, { state: "usable" }>;

/** Behind the link mailed to a new e-mail address. */
export function addEmailConfirmation(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const page = new ConfirmationPage(services, settings);
  addPageRoute(app, pageEndpoints.emailConfirmation, (request, reply) => page.answer(request, reply));
}

class ConfirmationPage extends MailedLinkPage<Usable> {
  readonly #services: Services;
  protected readonly overPage = confirmationOverPage;

  constructor(services: Services, settings: EdgeSettings) {
    super(services, settings);
    this.#services = services;
  }

  protected look(token: string): Promise<AddressLink> {
    return this.#services.addressChange.look(token);
  }

  protected formPage(context: PageContext, { token, link, failure }: ShownForm<Usable>): Page {
    return confirmPage(context, { token, email: link.email, failure });
  }

  protected async take(
    request: FastifyRequest,
    context: PageContext,
    token: string,
    { account }: Usable,
  ): Promise<FormOutcome> {
    const texts = context.texts.reset.confirm;
    const { admission, addressChange } = this.#services;
    const password = formFields(request).get("pass") ?? "";
    const credentials = { kind: "password", email: account.email, password } as const;
    try {
      const actor = await admission.identify(credentials, addressOf(request), "uploads and pages", callerGone(request));
      if (!isAccountActor(actor)) throw new TypeError("A password proves an account or nothing.");
      const outcome = await addressChange.confirm(token, actor, context.language);
      return outcome.state === "done" ? { done: confirmedPage(context, outcome) } : { over: outcome.state };
    } catch (error) {
      if (isDomainError(error, "unknown-credentials")) return { refused: { status: 403, text: texts.wrongPassword } };
      if (isDomainError(error, "account-exists")) return { refused: { status: 409, text: texts.taken } };
      throw error;
    }
  }
}
