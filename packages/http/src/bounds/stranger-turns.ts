import { isAccountActor } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { addressOf } from "../wire/caller.ts";
import type { Shares } from "./shares.ts";

/** Requests of callers not known by then that are begun between two turns of the event loop. */
export const STRANGERS_PER_TURN = 3;
/** From the first of a turn: no more are begun after it. A call of a known caller takes some eight turns. */
const TURN_MS = 2;

interface Waiting {
  request: FastifyRequest;
  begin: () => void;
}

/**
 * The event loop takes all requests that have come before it looks for anything else, so a few hundred strangers, each of
 * whom asks again once answered, would make every step of everybody's calls wait for a page for each of them. A turn begins
 * a few of theirs, going round among their networks and the addresses of each; whoever showed a key in the head of the request does not wait.
 */
export class StrangerTurns {
  readonly #shares: Shares;
  /** By IPv6 /48 (else address) and address, the next one to have a turn first. */
  readonly #waiting = new Map<string, Map<string, Waiting[]>>();
  #begun = 0;
  #beganAtMs = 0;

  constructor(shares: Shares) {
    this.#shares = shares;
  }

  watch(app: FastifyInstance): void {
    // The last step before the body, by when calls know who sends them.
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
      // Who has gone meanwhile costs nobody a turn.
      if (!next.request.raw.socket.destroyed) this.#begin(next);
    }
  }

  /** The oldest of the address whose turn it is. */
  #next(): Waiting | undefined {
    return nextOf(this.#waiting, (addresses) => nextOf(addresses, (waiting) => waiting.shift()));
  }
}

/** What is taken of the first, which is the last to have a turn then, or gone where nothing is left of it. */
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
