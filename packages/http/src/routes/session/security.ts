import { pageEndpoints } from "@consigne/contract";
import { can, type EdgeServices, isDomainError } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { securityPage, type SecurityPage, type ShownSession } from "../../pages/account/security-page.ts";
import type { Texts } from "../../pages/texts/texts.ts";
import { momentText } from "../../pages/moments.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { formTokenOf, requireOwnForm } from "../../sessions/form-token.ts";
import { identifySignedIn, redirectToSignIn, type SignedIn } from "../../sessions/visitor.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { languagePrefix, pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { FormFailure, type SecurityAction, securityActions } from "./security-actions.ts";

const PATH = "/console/security.pl";

type Services = Pick<EdgeServices, "accounts" | "addressChange" | "admission" | "keys" | "passwordReset" | "sessions">;

/** What proves the ownership of an account: only for signed-in people, and only for forms that they just filled in. */
export function addSecurity(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const pages = new SecurityPages(services, settings);
  addPageRoute(app, pageEndpoints.consoleSecurity, (request, reply) => pages.answer(request, reply));
}

class SecurityPages {
  readonly #services: Services;
  readonly #settings: EdgeSettings;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForm = request.method === "POST";
    if (isForm) requireOwnForm(request, this.#settings, { isForPeople: true });
    const actor = await identifySignedIn(request, this.#services, this.#settings);
    if (actor === undefined) return redirectToSignIn(request, reply);
    if (!isForm) return this.#show(request, reply, actor, await this.#noticeOf(request, actor));
    const name = formFields(request).get("do") ?? "";
    const action = Object.hasOwn(securityActions, name) ? securityActions[name as SecurityAction] : undefined;
    try {
      if (action === undefined) throw new FormFailure(400, "unknownForm");
      const done = await action(this.#services, actor, {
        form: formFields(request),
        address: addressOf(request),
        language: pageContextOf(request, this.#settings).language,
        signal: callerGone(request),
      });
      return reply.redirect(`${languagePrefix(request)}${PATH}?done=${done}`, 303);
    } catch (error) {
      // The session ended after the form was opened.
      if (isDomainError(error, "unknown-credentials")) return redirectToSignIn(request, reply);
      const failure = FormFailure.of(error);
      if (failure === undefined) throw error;
      const text = pageContextOf(request, this.#settings).texts.account.security[failure.text];
      return this.#show(request, reply.code(failure.status), actor, { kind: "bad", text });
    }
  }

  async #noticeOf(request: FastifyRequest, actor: SignedIn): Promise<SecurityPage["notice"]> {
    const texts: Texts["account"]["security"] = pageContextOf(request, this.#settings).texts.account.security;
    const isOutbox = this.#services.passwordReset.mailPlace.kind === "folder";
    switch (queryParameters(request).get("done")) {
      case "proved":
        return { kind: "good", text: texts.doneProved };
      case "password":
        return { kind: "good", text: `${texts.donePassword} ${texts.stillValid(await this.#countKeys(actor))}` };
      case "ended":
        return { kind: "good", text: texts.doneEnded };
      case "ended-others":
        return { kind: "good", text: texts.doneOthers };
      case "mail":
        return { kind: "good", text: isOutbox ? texts.doneEmailOutbox : texts.doneEmail };
      default:
        return undefined;
    }
  }

  async #countKeys(actor: SignedIn): Promise<number> {
    const now = this.#settings.clock.now();
    const isValid = ({ revokedAt, endedAt, expiresAt }: KeyEnds) =>
      revokedAt === undefined && endedAt === undefined && (expiresAt === undefined || expiresAt > now);
    return (await (await this.#services.keys.list(actor, actor.account)).all()).filter(isValid).length;
  }

  async #show(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: SignedIn,
    notice: SecurityPage["notice"],
  ): Promise<FastifyReply> {
    const { account } = actor;
    const context = pageContextOf(request, this.#settings);
    const asked = { now: this.#settings.clock.now(), linkPassword: "not-needed" } as const;
    const sessions = await this.#services.sessions.list(actor, account);
    const page = securityPage(context, {
      email: account.email,
      formToken: formTokenOf(request) ?? "",
      sessions: sessions.map((session) => this.#shown(session, actor, context)),
      zone: this.#settings.times.zone,
      isProved: can(actor, { action: "account.secure", account }, asked).isAllowed,
      notice,
    });
    return sendPage(reply, context, page);
  }

  #shown(session: SignedIn["session"], actor: SignedIn, { language }: PageContext): ShownSession {
    const { times } = this.#settings;
    return {
      id: session.id,
      userAgent: session.userAgent,
      address: session.address,
      usedAt: momentText(session.lastUsedAt, language, times),
      begunAt: momentText(session.createdAt, language, times),
      isBound: session.boundAddress !== undefined,
      isThis: session.id === actor.session.id,
    };
  }
}

interface KeyEnds {
  revokedAt: Date | undefined;
  endedAt: Date | undefined;
  expiresAt: Date | undefined;
}
