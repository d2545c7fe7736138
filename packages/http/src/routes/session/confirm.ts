import { pageEndpoints } from "@consigne/contract";
import { type AddressLink, type DoorServices, isAccountActor, isDomainError } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { confirmationOverPage, confirmedPage, confirmPage } from "../../pages/account/confirm-pages.ts";
import { requireFormOfThisSite } from "../../sessions/form-token.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { refuseUnseenByForeignPage } from "../../wire/sending-page.ts";

type Services = Pick<DoorServices, "addressChange" | "admission">;
type Usable = Extract<AddressLink, { state: "usable" }>;

/** Behind the link that is mailed to a new e-mail address. Looking at it changes nothing. */
export function addEmailConfirmation(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const pages = new ConfirmationPages(services, settings);
  addPageRoute(app, pageEndpoints.emailConfirmation, (request, reply) => pages.answer(request, reply));
}

class ConfirmationPages {
  readonly #services: Services;
  readonly #settings: EdgeSettings;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForm = request.method === "POST";
    if (isForm) requireFormOfThisSite(request, this.#settings);
    else refuseUnseenByForeignPage(request, this.#settings);
    const token = (isForm ? formFields(request).get("token") : queryParameters(request).get("token")) ?? "";
    const link = await this.#services.addressChange.look(token);
    if (link.state !== "usable") return this.#over(request, reply, link.state);
    return isForm ? this.#confirm(request, reply, token, link) : this.#form(request, reply, token, link, undefined);
  }

  async #confirm(request: FastifyRequest, reply: FastifyReply, token: string, link: Usable): Promise<FastifyReply> {
    const context = pageContextOf(request, this.#settings);
    const texts = context.texts.reset.confirm;
    const { admission, addressChange } = this.#services;
    const password = formFields(request).get("pass") ?? "";
    const credentials = { kind: "password", email: link.account.email, password } as const;
    try {
      const actor = await admission.identify(credentials, addressOf(request), "uploads and pages", callerGone(request));
      if (!isAccountActor(actor)) throw new TypeError("A password proves an account or nothing.");
      const outcome = await addressChange.confirm(token, actor, context.language);
      if (outcome.state !== "done") return await this.#over(request, reply, outcome.state);
      return sendPage(reply, context, confirmedPage(context, outcome));
    } catch (error) {
      const refuse = (status: number, text: string) => this.#form(request, reply.code(status), token, link, { text });
      if (isDomainError(error, "unknown-credentials")) return refuse(403, texts.wrongPassword);
      if (isDomainError(error, "account-exists")) return refuse(409, texts.taken);
      throw error;
    }
  }

  #form(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    { email }: Usable,
    failure: { text: string } | undefined,
  ): FastifyReply {
    const asked = pageContextOf(request, this.#settings);
    // A form is posted to an address without the token, so a language link would lead nowhere.
    const context = request.method === "POST" ? { ...asked, switches: [] } : asked;
    return sendPage(reply, context, confirmPage(context, { token, email, failure }));
  }

  /** Links that never were are counted: whoever tries them guesses. */
  async #over(
    request: FastifyRequest,
    reply: FastifyReply,
    state: Exclude<AddressLink["state"], "usable">,
  ): Promise<FastifyReply> {
    const context = pageContextOf(request, this.#settings);
    if (state === "unknown") await this.#services.admission.countRefusal(addressOf(request));
    const status = state === "unknown" ? 404 : state === "account-locked" ? 403 : 410;
    return sendPage(reply.code(status), context, confirmationOverPage(context, state));
  }
}
