import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import { addressOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Remains accessible during a ban. */
    isOpenInBans?: true;
  }
}

/** For the few routes that stay open during a ban. */
export const openInBans = { isOpenInBans: true } as const;

/** Refuses banned callers, whatever they request, before any other work. */
export function refuseBanned(app: FastifyInstance, { admission }: Pick<EdgeServices, "admission">): void {
  app.addHook("onRequest", (request, _reply, done) => {
    if (admission.isNobodyHeldOff || request.routeOptions.config.isOpenInBans === true) return done();
    admission.refuseBanned(addressOf(request)).then(() => done(), done);
  });
}
