import type { Credentials } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { OverloadError } from "../wire/error-answer.ts";
import { whenEnded } from "./request-ends.ts";

/** Aborts when nobody waits for the answer any more, so that work not yet started for the caller can be skipped. */
export function callerGone(request: FastifyRequest): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    // Every answered request ends here: creating the reason with its stack would cost a listing a twelfth of its time.
    if (request.response?.writableFinished !== true) controller.abort(new OverloadError());
  };
  if (request.socket.destroyed) end();
  else whenEnded(request, end);
  return controller.signal;
}

/**
 * Like `callerGone`, only where it matters: nothing but a password check is slow enough for the caller to leave before.
 */
export function goneFor(credentials: Credentials | undefined, request: FastifyRequest): AbortSignal | undefined {
  return credentials?.kind === "password" ? callerGone(request) : undefined;
}
