import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestStep } from "../wire/request-steps.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Work to do when the request has ended, answered or not; `over` once it has. */
    ends: (() => void)[] | "over" | undefined;
  }
}

/** Every limit has to know when a request ends. One listener serves them all, since each costs every call a little. */
export function watchRequestEnds(app: FastifyInstance): RequestStep {
  app.decorateRequest("ends", undefined);
  return (request, { raw }) => {
    const ends: (() => void)[] = [];
    request.ends = ends;
    // Comes once, and `on` takes less than `once`.
    raw.on("close", () => {
      request.ends = "over";
      for (const end of ends) end();
    });
  };
}

/** `work` runs once, when the request has been answered or its connection is gone; at once where that is so already. */
export function whenEnded(request: FastifyRequest, work: () => void): void {
  if (request.ends === "over") work();
  else request.ends?.push(work);
}
