import { type Actor, type Credentials, type EdgeServices, guest } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { goneFor } from "../bounds/caller-gone.ts";
import type { EdgeSettings } from "../edge-settings.ts";
import { addressOf } from "../wire/caller.ts";
import { credentialsOfAllowedParameters, credentialsOfHeader } from "../wire/credentials.ts";
import { queryParameters } from "../wire/request-target.ts";
import { sessionOfCall } from "./session-credentials.ts";

type Rules = Pick<EdgeSettings, "publicUrl" | "allowsKeyInQuery">;

/**
 * Credentials of calls and uploads that are visible before their body: in a header, as a key in the query, or as the
 * session of one of our pages.
 *
 * @throws {RequestError} `keyInQueryRefused`
 */
export function credentialsOfHead(request: FastifyRequest, settings: Rules): Credentials | undefined {
  return (
    credentialsOfHeader(request, settings) ?? credentialsOfQuery(request, settings) ?? sessionOfCall(request, settings)
  );
}

/**
 * Identifies the caller of a call or upload from those; a guest if there are none.
 *
 * @throws {RequestError} `keyInQueryRefused`
 * @throws {DomainError} for invalid credentials, and for callers locked out here
 */
export async function identifyByHead(
  request: FastifyRequest,
  { admission, settings }: { admission: EdgeServices["admission"]; settings: Rules },
  entryPoint: Parameters<EdgeServices["admission"]["identify"]>[2],
): Promise<Actor> {
  const credentials = credentialsOfHead(request, settings);
  const address = addressOf(request);
  // Even for a refused caller, the address is known now.
  request.actor = guest(address);
  request.actor = await admission.identify(credentials, address, entryPoint, goneFor(credentials, request));
  return request.actor;
}

/** Most calls have no query, and should not pay for parsing it. */
function credentialsOfQuery(request: FastifyRequest, settings: Rules): Credentials | undefined {
  if (!request.url.includes("?")) return undefined;
  const query = queryParameters(request);
  return credentialsOfAllowedParameters((name) => query.get(name), settings);
}
