import { isLinkQuery } from "@consigne/contract";
import type { FastifyInstance } from "fastify";

const NAME = "jsonBody";

/** Constraint of a route that takes requests with a JSON body only, and leaves others to the page at the same path. */
export const forJsonBodies = { [NAME]: "yes" };

/** To be called before routes are added. */
export function tellJsonBodiesApart(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: NAME,
    mustMatchWhenDerived: false,
    storage: () => {
      const handlers = new Map<unknown, unknown>();
      return {
        get: (value: unknown) => (handlers.get(value) ?? null) as never,
        set: (value: unknown, handler: unknown) => void handlers.set(value, handler),
      };
    },
    validate: () => undefined,
    deriveConstraint: ({ method, headers, url = "" }) => {
      if (method !== "POST" || !/^\s*application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) return undefined;
      const query = url.indexOf("?");
      // What names a file is meant for its page.
      return query !== -1 && isLinkQuery(url.slice(query + 1)) ? undefined : "yes";
    },
  });
}
