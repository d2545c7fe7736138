import type { DoorServices } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import { addressOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Goes on for callers who are banned. */
    isOpenInBans?: true;
  }
}

/** For the few routes that a ban does not close. */
export const openInBans = { isOpenInBans: true } as const;

/** Turns away callers who are banned, whatever they ask for, before anything else is done for them. */
export function refuseBanned(app: FastifyInstance, { admission }: Pick<DoorServices, "admission">): void {
  app.addHook("onRequest", (request, _reply, done) => {
    if (admission.isNobodyHeldOff || request.routeOptions.config.isOpenInBans === true) return done();
    admission.refuseBanned(addressOf(request)).then(() => done(), done);
  });
}
