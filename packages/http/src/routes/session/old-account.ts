import { pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { addressOf } from "../../wire/caller.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { tellsOfPage } from "../../wire/sending-page.ts";

/**
 * `/console/account.pl`: old modules send a hash of the password, which cannot be compared with anything here. Each
 * attempt counts as a guess.
 */
export function addOldAccount(app: FastifyInstance, { admission }: Pick<EdgeServices, "admission">): void {
  addPageRoute(app, pageEndpoints.consoleAccount, async (request, reply) => {
    if (isProgram(request)) await admission.countGuess(addressOf(request));
    return reply.type("text/plain; charset=utf-8").send("error");
  });
}

/**
 * A page full of such images must not get its visitors locked out; over plain http this is the only sign of a browser.
 */
function isProgram(request: FastifyRequest): boolean {
  return !tellsOfPage(request) && request.headers["accept-language"] === undefined;
}
