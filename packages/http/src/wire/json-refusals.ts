import type { EdgeServices } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger } from "../edge-settings.ts";
import { addressOf } from "./caller.ts";
import { type ErrorAnswer, isCountedRefusal } from "./error-answer.ts";
import { sendJson } from "./json-endpoint.ts";
import { beginRefusal } from "./refusal.ts";

interface JsonRefusals {
  services: Pick<EdgeServices, "admission">;
  logger: EdgeLogger;
  /** The log message for a fault of the server. */
  failure: string;
  /** Changes the headers of the answer. */
  dress?(reply: FastifyReply, answer: ErrorAnswer): void;
}

/**
 * Answers refusals in JSON on routes that read bodies themselves. Refusals are counted before they are sent, so that
 * their reader can rely on it.
 */
export function jsonRefusals({ services: { admission }, logger, failure, dress }: JsonRefusals) {
  return (reason: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const answer = () => {
      const refusal = beginRefusal(reason, request, reply, { logger, failure });
      dress?.(reply, refusal);
      void sendJson(reply, refusal.body);
    };
    if (isCountedRefusal(reason)) void admission.countRefusal(addressOf(request)).then(answer, answer);
    else answer();
  };
}
