import { type CivilTimes, type Endpoint, parseRequest } from "@consigne/contract";
import { type Actor, type EdgeServices, guest, isAccountActor, type Reader } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import { LARGE_ANSWER_BYTES } from "../bounds/answer-room.ts";
import { callerGone, goneFor } from "../bounds/caller-gone.ts";
import type { EdgeSettings } from "../edge-settings.ts";
import { answerWithOthers } from "./answer-batch.ts";
import { credentialsOfHead } from "../sessions/caller-of-head.ts";
import { addressOf, type Caller, callerOf, isKnownCaller } from "./caller.ts";
import { credentialsOfAllowedParameters } from "./credentials.ts";
import { routerPaths } from "./described-routes.ts";
import { RequestError } from "./error-answer.ts";
import { forJsonBodies } from "./json-bodies-only.ts";
import { isLong, jsonChunks, jsonText, type Listed, shortText } from "./json-text.ts";
import type { ListingAnswers } from "./listing-answers.ts";

/** If the caller was identified longer ago than this when the body has arrived, it is identified again. */
const LATE_BODY_MS = 1000;

/** One checked call: who, from where, and the contract's input. */
export interface JsonCall<Request extends TSchema> {
  actor: Actor;
  caller: Caller;
  input: Static<Request>;
  /** Writes and reads times in answer and input. */
  times: CivilTimes;
  /** Aborts when nobody waits for the answer any more. */
  gone(): AbortSignal;
  /** The reader of a list that may take long, whose right is checked again meanwhile. */
  reader(): Reader;
}

export interface JsonRoute<Request extends TSchema, Response extends TSchema> {
  endpoint: Endpoint<Request, Response>;
  handle(call: JsonCall<Request>): Promise<Listed<Static<Response>>>;
  /** What flood rules distinguish, e.g. the folder listed. */
  floodDetail?(input: Static<Request>): string;
}

/** Connects contract endpoints with handlers. Every call passes the same steps in the same order. */
export class JsonEndpoints {
  readonly #app: FastifyInstance;
  readonly #admission: EdgeServices["admission"];
  readonly #settings: EdgeSettings;
  readonly #listings: ListingAnswers;

  constructor(
    app: FastifyInstance,
    { admission }: Pick<EdgeServices, "admission">,
    settings: EdgeSettings,
    listings: ListingAnswers,
  ) {
    this.#app = app;
    this.#listings = listings;
    this.#admission = admission;
    this.#settings = settings;
  }

  add<Request extends TSchema, Response extends TSchema>(route: JsonRoute<Request, Response>): void {
    for (const path of routerPaths(route.endpoint)) this.#addAt(path, route);
  }

  #addAt<Request extends TSchema, Response extends TSchema>(path: string, route: JsonRoute<Request, Response>): void {
    const { endpoint } = route;
    this.#app.route({
      method: [...endpoint.methods],
      url: path,
      // There is also a page for people.
      ...(path === "/" ? { constraints: forJsonBodies } : {}),
      // Before the body is read: only known callers may send much.
      onRequest: (request) => this.#identifyByHead(endpoint, request),
      handler: async (request, reply) => {
        const caller = callerOf(request, this.#settings);
        const actor = this.#knownByHead(request) ?? (await this.#identify(endpoint, request, caller));
        const parsed = parseRequest(endpoint, request.body);
        await this.#admit(route, actor, parsed.isValid ? parsed.value : undefined);
        if (!parsed.isValid) throw new RequestError("badRequest", parsed.problem, parsed.reason);
        const answer = await route.handle({
          actor,
          caller,
          input: parsed.value,
          times: this.#settings.times,
          gone: () => callerGone(request),
          reader: () => ({ signal: callerGone(request), needs: neededRight(endpoint) }),
        });
        const isPrettyWanted = isPretty(parsed.value);
        if (isLong(answer)) {
          const chunks = jsonChunks(answer, isPrettyWanted);
          return this.#listings.send(request, reply, { actor, contentType: JSON_TYPE, chunks });
        }
        const text = shortText(answer, isPrettyWanted);
        if (text.length > LARGE_ANSWER_BYTES) return sendJsonText(reply, text);
        answerWithOthers(reply, JSON_TYPE, text);
        return reply;
      },
    });
  }

  async #identifyByHead(endpoint: Endpoint, request: FastifyRequest): Promise<void> {
    if (endpoint.identification === "none") return;
    const credentials = credentialsOfHead(request, this.#settings);
    request.identifiedAtMs = this.#passedMs();
    request.actor = await this.#admission.identify(
      credentials,
      addressOf(request),
      "calls",
      goneFor(credentials, request),
    );
  }

  /** The account identified by the head a moment ago. */
  #knownByHead({ actor, identifiedAtMs = -Infinity }: FastifyRequest): Actor | undefined {
    const isKnown = actor !== undefined && isAccountActor(actor);
    return isKnown && this.#passedMs() - identifiedAtMs <= LATE_BODY_MS ? actor : undefined;
  }

  #passedMs(): number {
    const { clock } = this.#settings;
    return clock.elapsedMs?.() ?? clock.now().getTime();
  }

  /** A caller that is unknown so far may have a key in the body. */
  async #identify(endpoint: Endpoint, request: FastifyRequest, caller: Caller): Promise<Actor> {
    if (endpoint.identification === "none") return guest(caller.address);
    // The key or account may have ended while the body was arriving.
    if (isKnownCaller(request)) await this.#identifyByHead(endpoint, request);
    const { actor = guest(caller.address), body } = request;
    if (isAccountActor(actor) || !isRecord(body)) return actor;
    const find = (name: string) => (Object.hasOwn(body, name) ? body[name] : undefined);
    const credentials = credentialsOfAllowedParameters(find, this.#settings);
    request.actor = await this.#admission.identify(credentials, caller.address, "calls", goneFor(credentials, request));
    return request.actor;
  }

  #admit<Request extends TSchema, Response extends TSchema>(
    route: JsonRoute<Request, Response>,
    actor: Actor,
    input: Static<Request> | undefined,
  ): Promise<void> {
    const { operation, identification } = route.endpoint;
    return this.#admission.admit(actor, {
      name: operation,
      detail: input === undefined ? undefined : route.floodDetail?.(input),
      needs: neededRight(route.endpoint),
      isForGuests: identification !== "key",
    });
  }
}

function neededRight({ scope, isForCustomers }: Endpoint): Reader["needs"] {
  return scope === undefined ? undefined : { ...scope, isForCustomers };
}

/** JDownloader compares the whole type with this one. */
export const JSON_TYPE = "application/json; charset=utf-8";

export function sendJson(reply: FastifyReply, answer: unknown, isPrettyWanted = false): FastifyReply {
  return sendJsonText(reply, jsonText(answer, isPrettyWanted));
}

export function sendJsonText(reply: FastifyReply, text: string): FastifyReply {
  return reply.header("content-type", JSON_TYPE).send(text);
}

function isPretty(input: unknown): boolean {
  return isRecord(input) && input["pretty"] === 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
