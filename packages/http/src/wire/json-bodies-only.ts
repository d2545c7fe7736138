import { isLinkQuery } from "@consigne/contract";
import type { FastifyInstance } from "fastify";

const NAME = "jsonBody";

/**
 * A constraint for routes that only accept requests with a JSON body, and leave others to the page at the same path.
 */
export const forJsonBodies = { [NAME]: "yes" };

/** Call before routes are added. */
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
      // A query that names a file is meant for its page.
      return query !== -1 && isLinkQuery(url.slice(query + 1)) ? undefined : "yes";
    },
  });
}
