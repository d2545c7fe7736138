import { type Credentials, isSameSecret } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { isOwnOrigin, isSentByForeignPage, isVisit } from "../wire/sending-page.ts";
import { FORM_TOKEN_FIELD, formTokenOf } from "./form-token.ts";
import { sessionTokenOf } from "./session-cookie.ts";

/** No form can send it, and a page of another origin has to ask first, which is answered with no. */
const HEADER = "consigne-session";

type Rules = Pick<EdgeSettings, "publicUrl">;

/**
 * On pages: also behind a link on another site, whose visitor sees what they are entitled to, but neither in its frames
 * and pictures nor with its forms.
 */
export function sessionOfPage(request: FastifyRequest, settings: Rules): Credentials | undefined {
  const token = sessionTokenOf(request);
  if (token === undefined) return undefined;
  return isSentByForeignPage(request, settings) && !isVisit(request) ? undefined : { kind: "session", token };
}

/**
 * For uploads by a form of our pages, which can send no header: the token in it is known to nobody but a page of this
 * session. It stands before the files, so that nobody unknown sends any.
 */
export function sessionOfForm(
  request: FastifyRequest,
  fields: ReadonlyMap<string, string>,
  settings: Rules,
): Credentials | undefined {
  const token = sessionTokenOf(request);
  const expected = formTokenOf(request);
  const given = fields.get(FORM_TOKEN_FIELD);
  if (token === undefined || expected === undefined || given === undefined) return undefined;
  const isOurs = isSameSecret(given, expected) && !isSentByForeignPage(request, settings);
  return isOurs ? { kind: "session", token } : undefined;
}

/**
 * For calls and uploads, which scripts of our own pages make: a browser sends the cookie by itself, so it counts only with
 * a header that it does not send by itself, and with our origin. It leaves the origin out when a page of ours only asks.
 */
export function sessionOfCall(request: FastifyRequest, settings: Rules): Credentials | undefined {
  const token = sessionTokenOf(request);
  if (token === undefined || request.headers[HEADER] === undefined) return undefined;
  const isAsking = request.method === "GET" || request.method === "HEAD";
  const isOwn =
    request.headers.origin === undefined
      ? isAsking && !isSentByForeignPage(request, settings)
      : isOwnOrigin(request, settings);
  return isOwn ? { kind: "session", token } : undefined;
}
