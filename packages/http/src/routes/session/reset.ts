import { pageEndpoints } from "@consigne/contract";
import {
  type EdgeServices,
  isDomainError,
  isSameSecret,
  type ResetLink,
  type Survivors,
  WeakPasswordError,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import {
  forgottenPage,
  linkOverPage,
  linkSentPage,
  resetDonePage,
  type ResetForm,
  resetPage,
} from "../../pages/account/reset-pages.ts";
import type { Page } from "../../pages/layout.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { momentText } from "../../pages/moments.ts";
import { requireFormOfThisSite } from "../../sessions/form-token.ts";
import { addressOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { type FormOutcome, MailedLinkPage, type ShownForm } from "./mailed-link-page.ts";

type Services = Pick<EdgeServices, "admission" | "passwordReset">;
type Usable = Extract<ResetLink, { state: "usable" }>;

/** For people who forgot their password: requesting a link, and the page behind it. */
export function addPasswordReset(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const page = new ResetPage(services, settings);
  const { forgottenPassword, passwordReset } = pageEndpoints;
  addPageRoute(app, forgottenPassword, (request, reply) => answerForgotten(request, reply, services, settings));
  addPageRoute(app, passwordReset, (request, reply) => page.answer(request, reply));
}

/** The same for every address, whether it belongs to an account or not. */
async function answerForgotten(
  request: FastifyRequest,
  reply: FastifyReply,
  { passwordReset }: Services,
  settings: EdgeSettings,
): Promise<FastifyReply> {
  const context = pageContextOf(request, settings);
  if (request.method !== "POST") {
    return sendPage(reply, context, forgottenPage(context, { email: "", failure: undefined }));
  }
  requireFormOfThisSite(request, settings);
  const texts = context.texts.reset.forgotten;
  const email = (formFields(request).get("mail") ?? "").trim();
  const refuse = (status: number, text: string) =>
    sendPage(reply.code(status), context, forgottenPage(context, { email, failure: { text } }));
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

/** What should end, according to the form; by default nothing does. */
const choiceOf = (form: ReadonlyMap<string, string>) => ({
  endsKeys: form.get("keys") === "end",
  endsShares: form.get("shares") === "end",
});

class ResetPage extends MailedLinkPage<Usable> {
  readonly #services: Services;
  protected readonly overPage = linkOverPage;

  constructor(services: Services, settings: EdgeSettings) {
    super(services, settings);
    this.#services = services;
  }

  protected look(token: string): Promise<ResetLink> {
    return this.#services.passwordReset.look(token);
  }

  protected async take(
    request: FastifyRequest,
    context: PageContext,
    token: string,
    { survivors }: Usable,
  ): Promise<FormOutcome> {
    const texts = context.texts.reset.reset;
    const form = formFields(request);
    const password = form.get("pass") ?? "";
    const refused = (text: string) => ({ refused: { status: 400, text } });
    if (!isSameSecret(password, form.get("pass_again") ?? "")) return refused(texts.notSame);
    const chosen = choiceOf(form);
    const input = { ...chosen, password, language: context.language, address: addressOf(request) };
    try {
      const outcome = await this.#services.passwordReset.reset(token, input, callerGone(request));
      if (outcome.state !== "done") return { over: outcome.state };
    } catch (error) {
      if (error instanceof WeakPasswordError) return refused(context.texts.account.security.weakPassword);
      if (isDomainError(error, "bad-argument")) return refused(texts.badPassword);
      throw error;
    }
    const { keys, folders, people, links } = survivors;
    const wasShared = [folders, people, links].some(({ items }) => items.length > 0);
    return { done: resetDonePage(context, { ...chosen, hadKeys: keys.items.length > 0, wasShared }) };
  }

  protected formPage(context: PageContext, { token, link, fields, failure }: ShownForm<Usable>): Page {
    const { account, survivors } = link;
    const time = (date: Date) => momentText(date, context.language, this.settings.times);
    return resetPage(context, {
      token,
      email: account.email,
      keys: survivors.keys.items.map(({ name, hint, lastUsedAt, lastUsedFrom, createdByKeyId, makerName }) => ({
        name,
        hint,
        usedAt: lastUsedAt && time(lastUsedAt),
        usedFrom: lastUsedFrom,
        maker: createdByKeyId === undefined ? undefined : { name: makerName },
      })),
      hasMoreKeys: survivors.keys.hasMore,
      shared: sharedOf(survivors, time),
      fileCount: survivors.fileCount,
      ...choiceOf(fields),
      failure,
    });
  }
}

function sharedOf({ folders, people, links }: Survivors, time: (date: Date) => string): ResetForm["shared"] {
  const byFolder = Map.groupBy(people.items, ({ folderId }) => folderId);
  return {
    folders: folders.items.map(({ name, sharePasswordHash }) => ({
      name,
      hasPassword: sharePasswordHash !== undefined,
    })),
    people: [...byFolder.values()].map((shares) => ({ name: shares[0]?.folderName ?? "", people: shares })),
    links: links.items.map(({ name, passwordHash, createdAt }) => ({
      name,
      hasPassword: passwordHash !== undefined,
      createdAt: time(createdAt),
    })),
    hasMore: { folders: folders.hasMore, people: people.hasMore, links: links.hasMore },
  };
}
