import { isAccountActor } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { addressOf } from "../wire/caller.ts";
import type { Shares } from "./shares.ts";

/** How many requests of unknown callers are started between two turns of the event loop. */
export const STRANGERS_PER_TURN = 3;
/** No more are started this long after the first of a turn. A call of a known caller takes about eight turns. */
const TURN_MS = 2;

interface Waiting {
  request: FastifyRequest;
  begin: () => void;
}

/**
 * The event loop takes all requests that have arrived before it does anything else, so a few hundred strangers, each
 * asking again once answered, would delay every step of everybody's calls by a page for each of them. So a turn starts
 * only a few of theirs, alternating among their networks and the addresses of each; callers with a key in the head of
 * the request do not wait.
 */
export class AnonymousThrottle {
  readonly #shares: Shares;
  /** By IPv6 /48 (else address) and address; the one whose turn is next comes first. */
  readonly #waiting = new Map<string, Map<string, Waiting[]>>();
  #begun = 0;
  #beganAtMs = 0;

  constructor(shares: Shares) {
    this.#shares = shares;
  }

  watch(app: FastifyInstance): void {
    // The last step before the body, when calls know who sends them.
    app.addHook("preParsing", (request, _reply, _payload, done) => {
      const { actor } = request;
      if (actor !== undefined && isAccountActor(actor)) return done();
      this.#take({ request, begin: () => done() });
    });
  }

  #take(asked: Waiting): void {
    if (this.#waiting.size === 0 && this.#hasRoom) return this.#begin(asked);
    const { own = "", network = own } = this.#shares.of(addressOf(asked.request));
    const ofNetwork = this.#waiting.get(network) ?? new Map<string, Waiting[]>();
    this.#waiting.set(network, ofNetwork);
    const others = ofNetwork.get(own);
    if (others === undefined) ofNetwork.set(own, [asked]);
    else others.push(asked);
  }

  get #hasRoom(): boolean {
    if (this.#begun === 0) return true;
    return this.#begun < STRANGERS_PER_TURN && performance.now() - this.#beganAtMs < TURN_MS;
  }

  #begin({ begin }: Waiting): void {
    if (this.#begun === 0) {
      this.#beganAtMs = performance.now();
      setImmediate(() => this.#beginTurn());
    }
    this.#begun += 1;
    begin();
  }

  #beginTurn(): void {
    this.#begun = 0;
    while (this.#hasRoom) {
      const next = this.#next();
      if (next === undefined) return;
      // Requests whose caller has left meanwhile take no turn.
      if (!next.request.raw.socket.destroyed) this.#begin(next);
    }
  }

  /** The oldest request of the address whose turn it is. */
  #next(): Waiting | undefined {
    return nextOf(this.#waiting, (addresses) => nextOf(addresses, (waiting) => waiting.shift()));
  }
}

/** Takes the next item of the first entry, which then moves to the end, or is removed when empty. */
function nextOf<Held extends { readonly size: number } | { readonly length: number }>(
  all: Map<string, Held>,
  take: (held: Held) => Waiting | undefined,
): Waiting | undefined {
  for (const [name, held] of all) {
    const taken = take(held);
    all.delete(name);
    if (("size" in held ? held.size : held.length) > 0) all.set(name, held);
    return taken;
  }
  return undefined;
}
