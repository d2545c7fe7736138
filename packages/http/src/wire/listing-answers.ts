import { type Actor, countedSubject, isAccountActor, isDomainError } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../bounds/caller-gone.ts";
import type { EdgeLogger } from "../edge-settings.ts";
import { guestSlotLimits, ListingSlots, slotLimits } from "./listing-slots.ts";
import { ReaderPace } from "./reader-pace.ts";
import { loggablePath } from "./request-target.ts";
import { sendChunks } from "./send-chunks.ts";

export interface LongAnswer {
  actor: Actor;
  contentType: string;
  chunks: AsyncIterable<string>;
}

/**
 * Sends answers that are too long for memory while they are read, to a limited number of callers at once; guests have
 * their own slots.
 */
export class ListingAnswers {
  readonly #slots = new ListingSlots(slotLimits);
  readonly #guestSlots = new ListingSlots(guestSlotLimits);
  readonly #logger: EdgeLogger;

  constructor(logger: EdgeLogger) {
    this.#logger = logger;
  }

  /** @throws {RequestError} `serverBusy` before anything is sent */
  async send(request: FastifyRequest, reply: FastifyReply, answer: LongAnswer): Promise<FastifyReply> {
    const { actor, contentType, chunks } = answer;
    const pace = new ReaderPace();
    const slots = isAccountActor(actor) ? this.#slots : this.#guestSlots;
    const running = { isBehind: () => pace.isBehind(), cut: () => void reply.raw.destroy() };
    const slot = await slots.take(countedSubject(actor), running, callerGone(request));
    reply.hijack();
    try {
      const headers: Record<string, number | string | string[] | undefined> = reply.getHeaders();
      reply.raw.writeHead(reply.statusCode, { ...headers, "content-type": contentType });
      await sendChunks(reply.raw, chunks, { pace });
    } catch (error) {
      const line = { requestId: request.id, path: loggablePath(request) };
      if (isDomainError(error))
        this.#logger.info({ ...line, code: error.code }, "listing stopped: its caller has lost access");
      else this.#logger.error({ ...line, err: error }, "listing failed");
      reply.raw.destroy();
    } finally {
      slot[Symbol.dispose]();
    }
    return reply;
  }
}
