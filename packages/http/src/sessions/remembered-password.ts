import type { RememberedPassword } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { cookieValues } from "../wire/cookie-values.ts";
import { isCookieSecure } from "./session-cookie.ts";

const NAME = "opened";
/** Shows that the browser keeps cookies, and opens nothing. */
const NOTHING = "none";

type Rules = Pick<EdgeSettings, "publicUrl">;

/** What the browser remembers after giving a right password for this page. */
export function rememberedPasswordsOf(request: Pick<FastifyRequest, "headers">): string[] {
  return cookiesOf(request).filter((value) => value !== NOTHING);
}

/** True if the browser returned the cookie that the password form set. */
export const keepsCookies = (request: Pick<FastifyRequest, "headers">): boolean => cookiesOf(request).length > 0;

/** @param paths of the page, in each language in use; the cookie is sent to no other path */
export function tryCookies(
  reply: FastifyReply,
  request: FastifyRequest,
  settings: Rules,
  paths: readonly string[],
): void {
  for (const path of paths) reply.setCookie(NAME, NOTHING, { ...attributesFor(request, settings), path });
}

export function setRememberedPassword(
  reply: FastifyReply,
  request: FastifyRequest,
  settings: Rules,
  { text, lifeMs }: RememberedPassword,
  paths: readonly string[],
): void {
  const maxAge = lifeMs / 1000;
  for (const path of paths) reply.setCookie(NAME, text, { ...attributesFor(request, settings), path, maxAge });
}

const attributesFor = (request: FastifyRequest, settings: Rules) =>
  ({ httpOnly: true, sameSite: "lax", secure: isCookieSecure(request, settings) }) as const;

const cookiesOf = ({ headers }: Pick<FastifyRequest, "headers">): string[] => cookieValues(headers.cookie, NAME);
