import type { FastifyRequest } from "fastify";
import { OverloadError } from "../wire/error-answer.ts";
import { whenEnded } from "./request-ends.ts";

/** Aborts when nobody waits for the answer any more: what has not begun for the caller need not be. */
export function callerGone(request: FastifyRequest): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort(new OverloadError());
  if (request.socket.destroyed) end();
  else whenEnded(request, end);
  return controller.signal;
}
