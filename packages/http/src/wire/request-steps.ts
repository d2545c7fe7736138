import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** What every request passes before anything is done for it. Throws what refuses the request. */
export type RequestStep = (request: FastifyRequest, reply: FastifyReply) => void;

/** The steps in their order, as one hook: the framework's way from one hook to the next costs more than most of them. */
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
