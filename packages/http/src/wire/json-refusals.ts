import type { DoorServices } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger } from "../edge-settings.ts";
import { addressOf } from "./caller.ts";
import { type ErrorAnswer, isCountedRefusal } from "./error-answer.ts";
import { sendJson } from "./json-endpoint.ts";
import { beginRefusal } from "./refusal.ts";

interface JsonRefusals {
  services: Pick<DoorServices, "admission">;
  logger: EdgeLogger;
  /** What the log says of a fault of ours. */
  failure: string;
  /** Changes the head of the answer. */
  dress?(reply: FastifyReply, answer: ErrorAnswer): void;
}

/**
 * Answers refusals in JSON where bodies are read by ourselves. They are counted before they are sent, so that whoever
 * reads one can rely on it.
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
