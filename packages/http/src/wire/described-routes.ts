import { type Endpoint, endpoints, type PageEndpoint, pageEndpoints, type PathPart, pathsOf } from "@consigne/contract";
import type { FastifyInstance } from "fastify";

/** The paths of an entry in the router's syntax; values of parameters are in `request.params`. */
export function routerPaths(entry: Endpoint | PageEndpoint): string[] {
  return pathsOf(entry).map((parts) => parts.map(routerPart).join(""));
}

function routerPart(part: PathPart): string {
  if (typeof part === "string") return part;
  return part.pattern === undefined ? `:${part.name}` : `:${part.name}(${part.pattern})`;
}

/** Makes adding a route fail if no contract entry has its path and method, so that nothing undocumented is served. */
export function allowDescribedRoutesOnly(app: FastifyInstance): void {
  const described = new Set(
    [...Object.values<Endpoint>(endpoints), ...Object.values<PageEndpoint>(pageEndpoints)].flatMap((entry) =>
      routerPaths(entry).flatMap((path) => entry.methods.map((method) => `${method} ${path}`)),
    ),
  );
  app.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat()) {
      if (!described.has(`${each} ${url}`)) throw new Error(`No entry of the contract names ${each} ${url}.`);
    }
  });
}
