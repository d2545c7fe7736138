import type { ServerResponse } from "node:http";
import { isAccountActor } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { addressOf, isKnownCaller } from "../wire/caller.ts";
import type { BodyRoom } from "../wire/collect-body.ts";
import type { OverloadError } from "../wire/error-answer.ts";
import type { CallerBounds, EdgeBounds } from "./edge-bounds.ts";
import { BytePool, type HeldBytes } from "./held-bytes.ts";
import { whenEnded } from "./request-ends.ts";
import type { CountedShares, Shares } from "./shares.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The response, which ends with the request. */
    response: ServerResponse | undefined;
  }
}

/**
 * The memory that requests may take. Known callers have their own, which strangers cannot use up. Likewise, slow guest
 * uploads cannot use up what everybody needs before being identified.
 */
export class RequestRoom {
  readonly #bounds: Pick<EdgeBounds, "known" | "unknown">;
  readonly #shares: Shares;
  readonly #known: BytePool;
  readonly #unknown: BytePool;
  readonly #welcomeGuests: BytePool;

  constructor(bounds: Pick<EdgeBounds, "known" | "unknown">, shares: Shares) {
    this.#bounds = bounds;
    this.#shares = shares;
    this.#known = new BytePool(bounds.known.held);
    this.#unknown = new BytePool(bounds.unknown.held);
    this.#welcomeGuests = new BytePool(bounds.unknown.held);
  }

  boundsOf(request: FastifyRequest): CallerBounds {
    return isKnownCaller(request) ? this.#bounds.known : this.#bounds.unknown;
  }

  /** For the body of this request. */
  forBody(request: FastifyRequest): BodyRoom {
    return { maxBytes: this.boundsOf(request).bodyBytes, open: (cut) => this.hold(request, cut) };
  }

  /** Released when the request ends, at the latest. `cut` is called when it has to make room for others. */
  hold(
    request: FastifyRequest,
    cut: (reason: OverloadError) => void,
    { isWelcome = false }: { isWelcome?: boolean } = {},
  ): HeldBytes {
    const isKnown = isKnownCaller(request);
    const pool = isKnown ? this.#known : isWelcome ? this.#welcomeGuests : this.#unknown;
    const held = pool.open(this.#sharesOf(request), {
      cut: (reason) => {
        // Room is needed now: a refusal would have to wait for everything that an unknown caller still sends.
        if (!isKnown) request.raw.destroy();
        cut(reason);
      },
    });
    whenEnded(request, () => held.release());
    return held;
  }

  /** Whose share it is: a key may be used from many addresses. */
  #sharesOf(request: FastifyRequest): CountedShares {
    const { actor } = request;
    const isKnown = actor !== undefined && isAccountActor(actor);
    return isKnown ? { own: `account ${actor.account.id}`, network: undefined } : this.#shares.of(addressOf(request));
  }
}
