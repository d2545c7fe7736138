import type { PageEndpoint } from "@consigne/contract";
import {
  type AccountActor,
  DomainError,
  type DomainErrorCode,
  type EdgeServices,
  isAccountActor,
  isDomainError,
  type Operation,
  type Reader,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { PageContext } from "../../pages/page-context.ts";
import type { Texts } from "../../pages/texts/texts.ts";
import { requireOwnForm } from "../../sessions/form-token.ts";
import { identifyVisitor, redirectToSignIn } from "../../sessions/visitor.ts";
import { answerOf } from "../../wire/error-answer.ts";
import { withPageHeaders } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** One admitted call of a signed-in program. */
export interface ConsoleVisit {
  request: FastifyRequest;
  reply: FastifyReply;
  actor: AccountActor;
  /** Whose right is checked again after a wait. */
  reader: Reader;
  context: PageContext;
}

interface ConsoleRoute {
  page: PageEndpoint;
  /** The API call that does the same: they are counted together. */
  operation: Operation["name"];
  needs: { area: "account" | "files" | "remote" | "shares"; right: "read" | "write" };
  /** Returns the answer, or its text. */
  handle(visit: ConsoleVisit): Promise<FastifyReply | string>;
}

type Reason = {
  [Name in keyof Texts["console"]]: Texts["console"][Name] extends string ? Name : never;
}[keyof Texts["console"]];

/** Reasons that programs distinguish; everything else is refused as on every page. */
const reasons: ReadonlyMap<DomainErrorCode, Reason> = new Map([
  ["bad-name", "invalidName"],
  ["bad-argument", "tooMany"],
  ["file-not-found", "noFile"],
  ["folder-exists", "folderExists"],
  ["folder-not-empty", "notEmpty"],
  ["folder-not-found", "noFolder"],
  ["folder-too-deep", "tooDeep"],
  ["nothing-renamed", "sameName"],
  ["quota-exceeded", "full"],
  ["root-folder-protected", "root"],
]);

/** A refusal in the words of 1fichier.com's console. */
export class ConsoleRefusal extends Error {
  override name = "ConsoleRefusal";
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * The paths of 1fichier.com's console that its scrapers use. They post without having seen a form, and do not say that
 * they are a page; a browser always does, and then the form must be ours.
 */
export class ConsoleCalls {
  readonly #app: FastifyInstance;
  readonly #services: Pick<EdgeServices, "admission">;
  readonly #settings: EdgeSettings;

  constructor(app: FastifyInstance, services: Pick<EdgeServices, "admission">, settings: EdgeSettings) {
    this.#app = app;
    this.#services = services;
    this.#settings = settings;
  }

  add(route: ConsoleRoute): void {
    addPageRoute(this.#app, route.page, (request, reply) => this.#answer(route, request, reply));
  }

  async #answer(route: ConsoleRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (request.method === "POST") requireOwnForm(request, this.#settings, { isForPeople: false });
    const actor = await identifyVisitor(request, this.#services, this.#settings);
    if (!isAccountActor(actor)) return redirectToSignIn(request, reply);
    // Web pages are for every account, keys only for those whose plan has API access.
    const needs = { ...route.needs, isForCustomers: actor.key !== undefined };
    await this.#services.admission.admit(actor, { name: route.operation, needs });
    const reader = { signal: callerGone(request), needs };
    const visit = { request, reply, actor, reader, context: pageContextOf(request, this.#settings) };
    try {
      const answer = await route.handle(visit);
      return typeof answer === "string" ? sendText(visit, answer) : answer;
    } catch (error) {
      if (error instanceof ConsoleRefusal) {
        reply.code(400);
        return sendText(visit, visit.context.texts.console[error.reason]);
      }
      const reason = isDomainError(error) ? reasons.get(error.code) : undefined;
      if (reason === undefined) throw error;
      reply.code(answerOf(error).status);
      return sendText(visit, visit.context.texts.console[reason]);
    }
  }
}

function sendText({ reply, context }: ConsoleVisit, text: string): FastifyReply {
  return withPageHeaders(reply, context).type("text/plain; charset=utf-8").send(text);
}

/**
 * A file as programs name it: by its link's id, with or without a prefix `C_NUMBER_`. Text that cannot be an id is
 * treated like the id of a removed file.
 */
export function fileReferenceOf(text: string): { fileId: string } {
  return { fileId: text.trim().replace(/^C_\d+_/, "") };
}

/**
 * A missing id means 0, which clients use for the root.
 * @throws {DomainError} `folder-not-found` for anything that is not an id
 */
export function folderReferenceOf(text: string | undefined): number | "root" {
  if (text === undefined || text === "") return "root";
  if (!/^\d{1,15}$/.test(text)) throw new DomainError("folder-not-found", "There is no such folder.");
  return Number(text) === 0 ? "root" : Number(text);
}
