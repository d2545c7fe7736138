import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** A step that every request passes first. Throws to refuse the request. */
export type RequestStep = (request: FastifyRequest, reply: FastifyReply) => void;

/** The steps in order, as a single hook: the framework needs more time between two hooks than most of them take. */
export function addRequestSteps(app: FastifyInstance, steps: readonly RequestStep[]): void {
  app.addHook("onRequest", (request, reply, done) => {
    try {
      for (const step of steps) step(request, reply);
    } catch (error) {
      return done(error as Error);
    }
    done();
  });
}
