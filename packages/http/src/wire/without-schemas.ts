import type { FastifyServerOptions } from "fastify";

/**
 * No route has a Fastify schema: our own steps check the contract's. The compilers it would load for them are a tenth
 * of the files of a start.
 */
export const withoutSchemas: NonNullable<FastifyServerOptions["schemaController"]> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
};

function refuse(): never {
  throw new Error("Routes have no schemas for Fastify; describe the endpoint in the contract.");
}
