import { apiBase, pageEndpoints } from "@consigne/contract";
import {
  type AccountActor,
  type ApiKey,
  can,
  isAccountActor,
  isDomainError,
  isOver,
  workingCreatedKeys,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { type KeyForms, keysPage, type ShownKey } from "../../pages/account/keys-page.ts";
import { newKeyPage, oneKeyPage } from "../../pages/account/one-key-page.ts";
import type { Page } from "../../pages/layout.ts";
import { momentText } from "../../pages/moments.ts";
import type { PageContext } from "../../pages/page-context.ts";
import type { PageNotice } from "../../pages/page-notice.ts";
import { formTokenOf, requireOwnForm } from "../../sessions/form-token.ts";
import { identifySignedIn, identifyVisitor, redirectToSignIn, type SignedIn } from "../../sessions/visitor.ts";
import { addressOf, callerOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { languagePrefix, pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { hasPlanForKeys, keyActions, KeyFormFailure, type KeyOutcome, type KeyServices } from "./key-actions.ts";

const PATH = "/console/params.pl";
/** Working keys and recently ended ones; for old accounts the operator may have made more. */
const MOST_KEYS = 250;

/** The page of API keys. A key with the right may read it; only signed-in people may make changes. */
export function addKeysPage(app: FastifyInstance, services: KeyServices, settings: EdgeSettings): void {
  const pages = new KeyPages(services, settings);
  addPageRoute(app, pageEndpoints.consoleSettings, (request, reply) => pages.answer(request, reply));
}

class KeyPages {
  readonly #services: KeyServices;
  readonly #settings: EdgeSettings;

  constructor(services: KeyServices, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return request.method === "POST" ? this.#take(request, reply) : this.#open(request, reply);
  }

  async #open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const actor = await identifyVisitor(request, this.#services, this.#settings);
    const needs = { area: "keys", right: "read", isForCustomers: false } as const;
    const isKnown = isAccountActor(actor) && this.#services.admission.hasRight(actor, needs);
    if (!isKnown) return redirectToSignIn(request, reply);
    await this.#admit(actor);
    const query = queryParameters(request);
    const done = query.get("done") ?? "";
    const { done: texts } = pageContextOf(request, this.#settings).texts.account.settings;
    const isTold = (name: string): name is keyof typeof texts => Object.hasOwn(texts, name);
    const notice = isTold(done) ? ({ kind: "good", text: texts[done] } as const) : undefined;
    return this.#show(request, reply, {
      actor,
      keyId: query.get("key") ?? undefined,
      notice,
      given: new Map(),
      failure: undefined,
    });
  }

  async #take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    requireOwnForm(request, this.#settings, { isForPeople: true });
    const actor = await identifySignedIn(request, this.#services, this.#settings);
    if (actor === undefined) return redirectToSignIn(request, reply);
    await this.#admit(actor);
    const form = formFields(request);
    const name = form.get("do") ?? "";
    try {
      if (!Object.hasOwn(keyActions, name)) throw new KeyFormFailure(400, "badForm");
      const outcome: KeyOutcome = await keyActions[name as keyof typeof keyActions](this.#services, actor, {
        form,
        address: addressOf(request),
        language: pageContextOf(request, this.#settings).language,
        signal: callerGone(request),
        settings: this.#settings,
      });
      if ("created" in outcome) return this.#showCreated(request, reply, outcome);
      const key = outcome.done === "renamed" ? `&key=${encodeURIComponent(outcome.keyId)}` : "";
      return reply.redirect(`${languagePrefix(request)}${PATH}?done=${outcome.done}${key}`, 303);
    } catch (error) {
      // The session ended after the form was opened.
      if (isDomainError(error, "unknown-credentials")) return redirectToSignIn(request, reply);
      const failure = KeyFormFailure.of(error);
      if (failure === undefined) throw error;
      return this.#showFailure(request, reply, actor, failure);
    }
  }

  /** With hundreds of keys the page is expensive: counted like a call. */
  #admit(actor: AccountActor): Promise<void> {
    return this.#services.admission.admit(actor, { name: pageEndpoints.consoleSettings.operation });
  }

  #showFailure(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: SignedIn,
    { status, text }: KeyFormFailure,
  ): Promise<FastifyReply> {
    const form = formFields(request);
    const { failures } = pageContextOf(request, this.#settings).texts.account.settings;
    const isNewKey = form.get("do") === "new" && hasPlanForKeys(this.#services, actor);
    return this.#show(request, reply.code(status), {
      actor,
      keyId: form.get("key"),
      notice: isNewKey ? undefined : { kind: "bad", text: failures[text] },
      given: form,
      failure: isNewKey ? failures[text] : undefined,
    });
  }

  #showCreated(
    request: FastifyRequest,
    reply: FastifyReply,
    { created, replacedEndsAt }: Extract<KeyOutcome, { created: unknown }>,
  ): FastifyReply {
    const context = pageContextOf(request, this.#settings);
    const { oldEnded, oldEnds } = context.texts.account.settings;
    const { times } = this.#settings;
    const said = (end: Date | "now") => (end === "now" ? oldEnded : oldEnds(momentText(end, context.language, times)));
    const notice: PageNotice | undefined =
      replacedEndsAt === undefined ? undefined : { kind: "good", text: said(replacedEndsAt) };
    const apiUrl = apiBase(callerOf(request, this.#settings).face);
    const { name, scopes } = created.key;
    const template = formFields(request).get("template");
    return sendPage(
      reply,
      context,
      newKeyPage(context, { name, text: created.text, scopes, template, apiUrl, notice }),
    );
  }

  async #show(
    request: FastifyRequest,
    reply: FastifyReply,
    { actor, keyId, notice, given, failure }: Shown,
  ): Promise<FastifyReply> {
    const context = pageContextOf(request, this.#settings);
    const all = await (await this.#services.keys.list(actor, actor.account)).all();
    const forms = actor.session === undefined ? undefined : this.#formsOf(request, actor, { given, failure });
    const one = forms === undefined ? undefined : all.find(({ id }) => id === keyId);
    const keys = await this.#shown(context, actor, { all, shown: one === undefined ? all.slice(-MOST_KEYS) : [one] });
    const [key] = keys;
    const page: Page =
      one !== undefined && key !== undefined && forms !== undefined
        ? oneKeyPage(context, { key, forms, notice })
        : keysPage(context, { keys, forms, notice });
    return sendPage(reply, context, page);
  }

  #formsOf(request: FastifyRequest, actor: AccountActor, sent: Pick<KeyForms, "given" | "failure">): KeyForms {
    const asked = { now: this.#settings.clock.now(), linkPassword: "not-needed" } as const;
    return {
      formToken: formTokenOf(request) ?? "",
      zone: this.#settings.times.zone,
      isProved: can(actor, { action: "account.secure", account: actor.account }, asked).isAllowed,
      needsPremium: !hasPlanForKeys(this.#services, actor),
      ...sent,
    };
  }

  async #shown(
    context: PageContext,
    actor: AccountActor,
    { all, shown: keys }: { all: readonly ApiKey[]; shown: readonly ApiKey[] },
  ): Promise<ShownKey[]> {
    const { times, clock } = this.#settings;
    const now = clock.now();
    const createdBy = workingCreatedKeys(all, now);
    const makers = new Map(all.map(({ id, name }) => [id, name]));
    const time = (date: Date | undefined) =>
      date === undefined ? undefined : momentText(date, context.language, times);
    const fences = keys.flatMap(({ fenceFolderId }) => fenceFolderId ?? []);
    const names = await this.#services.folders.namesOf(actor, fences);
    // The number if the visitor may not see the folder, or it is gone.
    const nameOf = (id: number) => names.get(id) ?? `${context.texts.account.settings.folder} ${id}`;
    return keys.map((key) => ({
      id: key.id,
      name: key.name,
      hint: key.hint,
      state: key.revokedAt !== undefined ? "revoked" : isOver(key, now) ? "expired" : "active",
      scopes: key.scopes,
      folder: key.fenceFolderId === undefined ? undefined : nameOf(key.fenceFolderId),
      addresses: key.allowedAddresses,
      usedAt: time(key.lastUsedAt),
      usedFrom: key.lastUsedFrom,
      endsAt: time(key.expiresAt),
      maker: key.createdByKeyId === undefined ? undefined : { name: makers.get(key.createdByKeyId) },
      created: createdBy(key.id).map(({ id, name, hint }) => ({ id, name, hint })),
    }));
  }
}

interface Shown {
  actor: AccountActor;
  keyId: string | undefined;
  notice: PageNotice | undefined;
  given: KeyForms["given"];
  failure: KeyForms["failure"];
}
