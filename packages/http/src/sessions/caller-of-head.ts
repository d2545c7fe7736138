import { type Actor, type Credentials, type DoorServices, guest } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { goneFor } from "../bounds/caller-gone.ts";
import type { EdgeSettings } from "../edge-settings.ts";
import { addressOf } from "../wire/caller.ts";
import { credentialsOfAllowedParameters, credentialsOfHeader } from "../wire/credentials.ts";
import { queryParameters } from "../wire/request-target.ts";
import { sessionOfCall } from "./session-credentials.ts";

type Rules = Pick<EdgeSettings, "publicUrl" | "allowsKeyInQuery">;

/**
 * Of calls and uploads, as far as they show it before their body: by header, by a key in the query, or by the session of
 * a page of ours.
 *
 * @throws {RequestError} `keyInQueryRefused`
 */
export function credentialsOfHead(request: FastifyRequest, settings: Rules): Credentials | undefined {
  return (
    credentialsOfHeader(request, settings) ?? credentialsOfQuery(request, settings) ?? sessionOfCall(request, settings)
  );
}

/**
 * Who calls or uploads, by that alone; a guest where nothing is shown.
 *
 * @throws {RequestError} `keyInQueryRefused`
 * @throws {DomainError} for credentials that prove nobody, and for whoever is locked out of this door
 */
export async function identifyByHead(
  request: FastifyRequest,
  { admission, settings }: { admission: DoorServices["admission"]; settings: Rules },
  door: Parameters<DoorServices["admission"]["identify"]>[2],
): Promise<Actor> {
  const credentials = credentialsOfHead(request, settings);
  const address = addressOf(request);
  // Of whoever is refused it is known now where they are.
  request.actor = guest(address);
  request.actor = await admission.identify(credentials, address, door, goneFor(credentials, request));
  return request.actor;
}

/** Most calls have no query, and need not pay for reading it. */
function credentialsOfQuery(request: FastifyRequest, settings: Rules): Credentials | undefined {
  if (!request.url.includes("?")) return undefined;
  const query = queryParameters(request);
  return credentialsOfAllowedParameters((name) => query.get(name), settings);
}
