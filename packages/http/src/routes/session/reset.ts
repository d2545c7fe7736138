import { pageEndpoints } from "@consigne/contract";
import { type DoorServices, isDomainError, isSameSecret, type ResetLink } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import {
  forgottenPage,
  linkOverPage,
  linkSentPage,
  resetDonePage,
  resetPage,
} from "../../pages/account/reset-pages.ts";
import { requireFormOfThisSite } from "../../sessions/form-token.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { refuseUnseenByForeignPage } from "../../wire/sending-page.ts";

type Services = Pick<DoorServices, "admission" | "passwordReset">;
type OverState = Exclude<ResetLink["state"], "usable">;

/** For people who forgot their password: asking for a link, and the page behind it. */
export function addPasswordReset(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const pages = new ResetPages(services, settings);
  addPageRoute(app, pageEndpoints.forgottenPassword, (request, reply) => pages.forgotten(request, reply));
  addPageRoute(app, pageEndpoints.passwordReset, (request, reply) => pages.reset(request, reply));
}

/** What is to end, as the form says it; whoever says nothing keeps everything. */
const choiceOf = (form: ReadonlyMap<string, string>) => ({
  endsKeys: form.get("keys") === "end",
  endsShares: form.get("shares") === "end",
});

class ResetPages {
  readonly #services: Services;
  readonly #settings: EdgeSettings;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  async forgotten(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = pageContextOf(request, this.#settings);
    if (request.method !== "POST") {
      return sendPage(reply, context, forgottenPage(context, { email: "", failure: undefined }));
    }
    requireFormOfThisSite(request, this.#settings);
    const texts = context.texts.reset.forgotten;
    const email = (formFields(request).get("mail") ?? "").trim();
    const refuse = (status: number, text: string) =>
      sendPage(reply.code(status), context, forgottenPage(context, { email, failure: { text } }));
    const { passwordReset } = this.#services;
    try {
      await passwordReset.request(email, context.language, addressOf(request));
    } catch (error) {
      if (isDomainError(error, "bad-argument")) return refuse(400, texts.badEmail);
      if (isDomainError(error, "too-busy")) return refuse(429, texts.tooMany);
      throw error;
    }
    const isInOutbox = passwordReset.mailPlace.kind === "folder";
    return sendPage(reply, context, linkSentPage(context, { email, isInOutbox }));
  }

  async reset(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForm = request.method === "POST";
    if (isForm) requireFormOfThisSite(request, this.#settings);
    else refuseUnseenByForeignPage(request, this.#settings);
    const token = (isForm ? formFields(request).get("token") : queryParameters(request).get("token")) ?? "";
    const link = await this.#services.passwordReset.look(token);
    if (link.state !== "usable") return this.#over(request, reply, link.state);
    return isForm ? this.#set(request, reply, token, link) : this.#form(request, reply, token, link, undefined);
  }

  async #set(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    link: Extract<ResetLink, { state: "usable" }>,
  ): Promise<FastifyReply> {
    const context = pageContextOf(request, this.#settings);
    const texts = context.texts.reset.reset;
    const form = formFields(request);
    const password = form.get("pass") ?? "";
    const refuse = (text: string) => this.#form(request, reply.code(400), token, link, { text });
    if (!isSameSecret(password, form.get("pass_again") ?? "")) return refuse(texts.notSame);
    const chosen = choiceOf(form);
    const input = { ...chosen, password, language: context.language, address: addressOf(request) };
    try {
      const outcome = await this.#services.passwordReset.reset(token, input, callerGone(request));
      if (outcome.state !== "done") return await this.#over(request, reply, outcome.state);
    } catch (error) {
      if (isDomainError(error, "bad-argument")) return refuse(texts.badPassword);
      throw error;
    }
    const { keys, folders } = link.survivors;
    const had = { hadKeys: keys.length > 0, hadFolders: folders.length > 0 };
    return sendPage(reply, context, resetDonePage(context, { ...chosen, ...had }));
  }

  #form(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    { account, survivors }: Extract<ResetLink, { state: "usable" }>,
    failure: { text: string } | undefined,
  ): FastifyReply {
    const asked = pageContextOf(request, this.#settings);
    // A form is posted to an address without the token, so a language link would lead nowhere.
    const context = request.method === "POST" ? { ...asked, switches: [] } : asked;
    const { times } = this.#settings;
    const page = resetPage(context, {
      token,
      email: account.email,
      keys: survivors.keys.map(({ name, hint, lastUsedAt, lastUsedFrom }) => ({
        name,
        hint,
        usedAt: lastUsedAt === undefined ? undefined : times.toWire(lastUsedAt),
        usedFrom: lastUsedFrom,
      })),
      hasMoreKeys: survivors.hasMoreKeys,
      folders: survivors.folders.map(({ name, sharePasswordHash }) => ({
        name,
        hasPassword: sharePasswordHash !== undefined,
      })),
      hasMoreFolders: survivors.hasMoreFolders,
      fileCount: survivors.fileCount,
      ...choiceOf(formFields(request)),
      failure,
    });
    return sendPage(reply, context, page);
  }

  /** Links that never were are counted: whoever tries them guesses. */
  async #over(request: FastifyRequest, reply: FastifyReply, state: OverState): Promise<FastifyReply> {
    const context = pageContextOf(request, this.#settings);
    if (state === "unknown") await this.#services.admission.countRefusal(addressOf(request));
    const status = state === "unknown" ? 404 : state === "account-locked" ? 403 : 410;
    return sendPage(reply.code(status), context, linkOverPage(context, state));
  }
}
