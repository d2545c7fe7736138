import { fastifyCookie } from "@fastify/cookie";
import type { SessionLife } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { callerOf, publicUrlFor } from "../wire/caller.ts";
import { cookieValues } from "../wire/cookie-values.ts";

/** Clients of 1fichier.com look for this name. */
const NAME = "SID";
/** JDownloader treats a cookie with this value as missing. */
const NONE = "deleted";
/** The server ends a session long before; browsers keep no cookie for longer than 400 days. */
const LONG_SECONDS = 365 * 24 * 3600;

/** The session token in a request, whether or not it is valid. With several, none is used. */
export function sessionTokenOf({ headers }: Pick<FastifyRequest, "headers">): string | undefined {
  const { cookie } = headers;
  const value = cookie === undefined || hasForeignSession({ headers }) ? undefined : fastifyCookie.parse(cookie)[NAME];
  return value === undefined || value === "" || value === NONE ? undefined : value;
}

/**
 * Another host of the same domain can set a cookie that browsers send here, before ours if its path is longer: an
 * attacker there could make people work in the attacker's session without noticing.
 */
export const hasForeignSession = ({ headers }: Pick<FastifyRequest, "headers">): boolean =>
  new Set(cookieValues(headers.cookie, NAME)).size > 1;

/**
 * Without a domain, so that no other host gets it, including the one that serves uploaded bytes. Not readable by
 * scripts, and not sent with requests from other sites, except plain links.
 */
export function setSessionCookie(
  reply: FastifyReply,
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl">,
  { token, life }: { token: string; life: SessionLife },
): void {
  const age = life === "long" ? { maxAge: LONG_SECONDS } : {};
  reply.setCookie(NAME, token, { ...attributesFor(request, settings), ...age });
}

export function clearSessionCookie(
  reply: FastifyReply,
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl">,
): void {
  reply.setCookie(NAME, NONE, { ...attributesFor(request, settings), maxAge: 0 });
}

function attributesFor(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">) {
  return { path: "/", httpOnly: true, sameSite: "lax", secure: isCookieSecure(request, settings) } as const;
}

/**
 * Whether the cookie should only be sent over TLS: if the public URL says so, or the connection of this request does. A
 * proxy that ends TLS in front of us counts if it is trusted.
 */
export function isCookieSecure(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">): boolean {
  if (request.protocol === "https") return true;
  return callerOf(request, settings).face.kind === "native" && publicUrlFor(request, settings).startsWith("https:");
}
