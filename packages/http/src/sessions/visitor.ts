import { type AccountActor, type Actor, type EdgeServices, isAccountActor } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../bounds/caller-gone.ts";
import type { EdgeSettings } from "../edge-settings.ts";
import { acceptsPages } from "../wire/accept.ts";
import { addressOf } from "../wire/caller.ts";
import { credentialsOfHeader } from "../wire/credentials.ts";
import { languagePrefix } from "../wire/page-context.ts";
import { sessionOfPage } from "./session-credentials.ts";

/**
 * The caller of a page: identified by a header, as programs send with each request, or by a browser session; else a
 * guest.
 */
export async function identifyVisitor(
  request: FastifyRequest,
  { admission }: Pick<EdgeServices, "admission">,
  settings: Pick<EdgeSettings, "publicUrl">,
): Promise<Actor> {
  const credentials = credentialsOfHeader(request, settings) ?? sessionOfPage(request, settings);
  request.actor = await admission.identifyOrGuest(
    credentials,
    addressOf(request),
    "uploads and pages",
    callerGone(request),
  );
  return request.actor;
}

/** A signed-in person, with the session. */
export type SignedIn = AccountActor & { session: NonNullable<AccountActor["session"]> };

/**
 * Like `identifyVisitor`, only by session, for things that concern sessions: passwords and keys in headers are ignored.
 */
export async function identifySignedIn(
  request: FastifyRequest,
  { admission }: Pick<EdgeServices, "admission">,
  settings: Pick<EdgeSettings, "publicUrl">,
): Promise<SignedIn | undefined> {
  const credentials = sessionOfPage(request, settings);
  const actor = await admission.identifyOrGuest(credentials, addressOf(request), "uploads and pages");
  request.actor = actor;
  return isSignedIn(actor) ? actor : undefined;
}

/** For the page about an address that does not exist, which also has the links of the signed-in person. */
export async function recogniseVisitor(
  request: FastifyRequest,
  services: Pick<EdgeServices, "admission">,
  settings: Pick<EdgeSettings, "publicUrl">,
): Promise<void> {
  if (sessionOfPage(request, settings) === undefined || !acceptsPages(request.headers.accept)) return;
  try {
    await identifySignedIn(request, services, settings);
  } catch {
    // Locked out, or the database does not answer: the page is the same as for a stranger.
  }
}

function isSignedIn(actor: Actor): actor is SignedIn {
  return isAccountActor(actor) && actor.session !== undefined;
}

/** To the form, and from there back to the requested page. */
export function redirectToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const next = request.method === "POST" ? "" : `?next=${encodeURIComponent(request.url)}`;
  return reply.redirect(`${languagePrefix(request)}/login.pl${next}`, 303);
}
