import type { FastifyServerOptions } from "fastify";

/**
 * No route gives Fastify a schema: the contract's are checked by our own steps. The compilers it would load for them are
 * a tenth of the files of a start.
 */
export const withoutSchemas: NonNullable<FastifyServerOptions["schemaController"]> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
};

function refuse(): never {
  throw new Error("Routes have no schemas for Fastify; describe the endpoint in the contract.");
}
