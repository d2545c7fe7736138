import type { EdgeServices, MailedLinkOver } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { Page } from "../../pages/layout.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { requireFormOfThisSite } from "../../sessions/form-token.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { refuseUnseenByForeignPage } from "../../wire/sending-page.ts";

/** The result of a form behind a mailed link. */
export type FormOutcome =
  | { done: Page }
  /** The link ended meanwhile. */
  | { over: MailedLinkOver["state"] }
  /** Nothing was changed; the form is shown again. */
  | { refused: { status: number; text: string } };

export interface ShownForm<Usable> {
  token: string;
  link: Usable;
  fields: ReadonlyMap<string, string>;
  failure: { text: string } | undefined;
}

/** A page behind a mailed link. Looking at it changes nothing; its form uses up the link. */
export abstract class MailedLinkPage<Usable extends { state: "usable" }> {
  readonly #admission: Pick<EdgeServices["admission"], "countGuess">;
  readonly settings: EdgeSettings;

  constructor({ admission }: Pick<EdgeServices, "admission">, settings: EdgeSettings) {
    this.#admission = admission;
    this.settings = settings;
  }

  protected abstract look(token: string): Promise<Usable | MailedLinkOver>;
  protected abstract formPage(context: PageContext, form: ShownForm<Usable>): Page;
  protected abstract take(
    request: FastifyRequest,
    context: PageContext,
    token: string,
    link: Usable,
  ): Promise<FormOutcome>;
  protected abstract overPage(context: PageContext, state: MailedLinkOver["state"]): Page;

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForm = request.method === "POST";
    if (isForm) requireFormOfThisSite(request, this.settings);
    else refuseUnseenByForeignPage(request, this.settings);
    const token = (isForm ? formFields(request) : queryParameters(request)).get("token") ?? "";
    const link = await this.look(token);
    if (link.state !== "usable") return this.#over(request, reply, link.state);
    if (!isForm) return this.#form(request, reply, { token, link, failure: undefined });
    const context = pageContextOf(request, this.settings);
    const outcome = await this.take(request, context, token, link);
    if ("over" in outcome) return this.#over(request, reply, outcome.over);
    if ("done" in outcome) return sendPage(reply, context, outcome.done);
    const { status, text } = outcome.refused;
    return this.#form(request, reply.code(status), { token, link, failure: { text } });
  }

  #form(request: FastifyRequest, reply: FastifyReply, form: Omit<ShownForm<Usable>, "fields">): FastifyReply {
    const asked = pageContextOf(request, this.settings);
    // A form is posted to an address without the token, so a language link would lead nowhere.
    const context = request.method === "POST" ? { ...asked, switches: [] } : asked;
    return sendPage(reply, context, this.formPage(context, { ...form, fields: formFields(request) }));
  }

  /**
   * Unknown links are counted: whoever tries them is guessing.
   * @throws {FloodLockedError} when it was one too many
   */
  async #over(request: FastifyRequest, reply: FastifyReply, state: MailedLinkOver["state"]): Promise<FastifyReply> {
    const context = pageContextOf(request, this.settings);
    if (state === "unknown") await this.#admission.countGuess(addressOf(request));
    const status = state === "unknown" ? 404 : state === "account-locked" ? 403 : 410;
    return sendPage(reply.code(status), context, this.overPage(context, state));
  }
}
