import { type Credentials, isSameSecret } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { isOwnOrigin, isSentByForeignPage, isVisit } from "../wire/sending-page.ts";
import { FORM_TOKEN_FIELD, formTokenOf } from "./form-token.ts";
import { sessionTokenOf } from "./session-cookie.ts";

/** Forms cannot send it, and a page of another origin needs a preflight request, which is refused. */
const HEADER = "consigne-session";

type Rules = Pick<EdgeSettings, "publicUrl">;

/**
 * For pages: also after a link on another site, whose visitor sees what they are entitled to, but not in its frames and
 * images or with its forms.
 */
export function sessionOfPage(request: FastifyRequest, settings: Rules): Credentials | undefined {
  const token = sessionTokenOf(request);
  if (token === undefined) return undefined;
  return isSentByForeignPage(request, settings) && !isVisit(request) ? undefined : { kind: "session", token };
}

/**
 * For uploads by a form of our pages, which cannot send a header: only pages of this session know the token in it. The
 * token comes before the files, so that no unknown caller sends any.
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
 * For calls and uploads by scripts of our own pages: a browser sends the cookie automatically, so it only counts with a
 * header that is not sent automatically, and with our origin. Browsers leave the origin out when our page only reads.
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
