import { pageEndpoints } from "@consigne/contract";
import type { DoorServices } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { addressOf } from "../../wire/caller.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { tellsOfPage } from "../../wire/sending-page.ts";

/**
 * `/console/account.pl`: modules of old send a hash of the password, which nothing here can be compared with. Whoever
 * tries anyway is guessing.
 */
export function addOldAccount(app: FastifyInstance, { admission }: Pick<DoorServices, "admission">): void {
  addPageRoute(app, pageEndpoints.consoleAccount, async (request, reply) => {
    if (isProgram(request)) await admission.countGuess(addressOf(request));
    return reply.type("text/plain; charset=utf-8").send("error");
  });
}

/** A page full of such pictures must not get its visitors locked out; over plain http a browser shows itself by this alone. */
function isProgram(request: FastifyRequest): boolean {
  return !tellsOfPage(request) && request.headers["accept-language"] === undefined;
}
