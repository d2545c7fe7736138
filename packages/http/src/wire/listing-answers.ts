import { type Actor, countedAddress, isAccountActor } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger } from "../edge-settings.ts";
import { ListingSlots } from "./listing-slots.ts";
import { ReaderPace } from "./reader-pace.ts";
import { loggablePath } from "./request-target.ts";
import { sendChunks } from "./send-chunks.ts";

export interface LongAnswer {
  actor: Actor;
  contentType: string;
  chunks: AsyncIterable<string>;
}

/** Sends what is too long to be held: as it is read, to so many callers at once. */
export class ListingAnswers {
  readonly #slots = new ListingSlots();
  readonly #logger: EdgeLogger;

  constructor(logger: EdgeLogger) {
    this.#logger = logger;
  }

  /** @throws {RequestError} `serverBusy` before anything is sent */
  async send(request: FastifyRequest, reply: FastifyReply, answer: LongAnswer): Promise<FastifyReply> {
    const { actor, contentType, chunks } = answer;
    const pace = new ReaderPace();
    const slot = await this.#slots.take(isAccountActor(actor) ? actor.account.id : countedAddress(actor.address), {
      isBehind: () => pace.isBehind(),
      cut: () => void reply.raw.destroy(),
    });
    reply.hijack();
    try {
      const headers: Record<string, number | string | string[] | undefined> = reply.getHeaders();
      reply.raw.writeHead(reply.statusCode, { ...headers, "content-type": contentType });
      await sendChunks(reply.raw, chunks, { pace });
    } catch (error) {
      this.#logger.error({ requestId: request.id, path: loggablePath(request), err: error }, "listing broke off");
      reply.raw.destroy();
    } finally {
      slot[Symbol.dispose]();
    }
    return reply;
  }
}
