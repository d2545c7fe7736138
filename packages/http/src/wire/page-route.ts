import type { PageEndpoint } from "@consigne/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { openInBans } from "./banned-callers.ts";
import { routerPaths } from "./described-routes.ts";

/** Connects an address of the contract with its handler: every path and method of the entry, and no others. */
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
