import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestStep } from "../wire/request-steps.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Work to do when the request has ended, answered or not; `over` after that. */
    ends: (() => void)[] | "over" | undefined;
  }
}

/**
 * Every limit has to know when a request ends. One listener serves them all, because each costs every call a little.
 */
export function watchRequestEnds(app: FastifyInstance): RequestStep {
  app.decorateRequest("ends", undefined);
  return (request, { raw }) => {
    const ends: (() => void)[] = [];
    request.ends = ends;
    // It is emitted once, and `on` costs less than `once`.
    raw.on("close", () => {
      request.ends = "over";
      for (const end of ends) end();
    });
  };
}

/**
 * Runs `work` once, when the request has been answered or its connection is closed; immediately if that is already so.
 */
export function whenEnded(request: FastifyRequest, work: () => void): void {
  if (request.ends === "over") work();
  else request.ends?.push(work);
}
