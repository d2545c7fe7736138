import type { PageEndpoint } from "@consigne/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { openInBans } from "./banned-callers.ts";
import { routerPaths } from "./described-routes.ts";

/** Ties an address of the contract to its handler: every path and method that the entry names, and no other. */
export function addPageRoute<Params>(
  app: FastifyInstance,
  page: PageEndpoint,
  handler: (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => Promise<unknown>,
  options: Pick<RouteOptions, "errorHandler"> = {},
): void {
  for (const url of routerPaths(page)) {
    app.route<{ Params: Params }>({
      ...options,
      method: [...page.methods],
      url,
      config: page.isOpenInBans === true ? openInBans : {},
      handler,
    });
  }
}
