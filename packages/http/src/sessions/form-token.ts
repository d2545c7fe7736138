import { hash } from "node:crypto";
import { isSameSecret } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { RequestError } from "../wire/error-answer.ts";
import { formFields } from "../wire/form-body.ts";
import { isSentByForeignPage, tellsOfPage } from "../wire/sending-page.ts";
import { sessionTokenOf } from "./session-cookie.ts";

export const FORM_TOKEN_FIELD = "token";

/** The token that our forms carry in a session. It ends with the session, and reveals nothing about it. */
export function formTokenOf(request: Pick<FastifyRequest, "headers">): string | undefined {
  const token = sessionTokenOf(request);
  return token === undefined ? undefined : hash("sha256", `form of ${token}`, "hex").slice(0, 40);
}

/**
 * A form that changes something for a signed-in person must be ours. Browsers say which site a form comes from, and no
 * other site can know our forms' token. Scrapers post without having seen a form: they do not claim to be a page, and
 * only their user gives them the session.
 * @throws {RequestError} `pageNotAllowed`
 */
export function requireOwnForm(
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl">,
  { isForPeople, field = FORM_TOKEN_FIELD }: { isForPeople: boolean; field?: string },
): void {
  requireFormOfThisSite(request, settings);
  const expected = formTokenOf(request);
  if (expected === undefined || (!isForPeople && !tellsOfPage(request))) return;
  if (isSameSecret(formFields(request).get(field) ?? "", expected)) return;
  throw new RequestError("pageNotAllowed", "This form belongs to another session; open its page again.");
}

/** For forms that need no session. @throws {RequestError} `pageNotAllowed` */
export function requireFormOfThisSite(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">): void {
  if (!isSentByForeignPage(request, settings)) return;
  throw new RequestError("pageNotAllowed", "This form was sent by a page of another site.");
}
