import { faceOfHost } from "@consigne/contract";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { callerOf, publicUrlFor } from "./caller.ts";
import { isAllowedOrigin } from "./foreign-pages.ts";
import { RequestError } from "./error-answer.ts";

/**
 * True when a page of another origin made the browser send this request. Programs name no origin at all. Browsers tell
 * how the two relate wherever the connection is safe, and the origin by itself with everything but plain visits.
 */
export function isSentByForeignPage(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">): boolean {
  const { headers } = request;
  const { origin } = headers;
  const sender = origin === undefined ? undefined : URL.parse(origin)?.host;
  // 1fichier.com is one site on many hosts, and on its face all of them are this server.
  if (sender !== undefined && isOfSameFace(request, settings, sender)) return false;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  if (origin === undefined) return false;
  // A proxy in front may speak TLS for us without saying so, hence no look at the scheme.
  return (
    sender === undefined ||
    ![request.host.toLowerCase(), URL.parse(publicUrlFor(request, settings))?.host].includes(sender)
  );
}

/** True where a browser says on whose behalf it sends this, as every browser does with forms. Programs have nothing to say. */
export function tellsOfPage({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
}

/** True for the very origin of the public URL, and on the face of 1fichier.com for all its hosts. */
export function isOwnOrigin(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">): boolean {
  const sender = URL.parse(request.headers.origin ?? "");
  if (sender === null) return false;
  if (isOfSameFace(request, settings, sender.host)) return true;
  return (
    callerOf(request, settings).face.kind === "native" &&
    sender.origin === URL.parse(publicUrlFor(request, settings))?.origin
  );
}

/**
 * Refuses what the page of a stranger makes the browser of its visitor send, before anything in it is looked at: it must
 * neither count against the visitor nor tell anybody whether a key or password was right. A key in the header may pass,
 * since a browser sends it for pages that are allowed and for no other.
 * @throws {RequestError} `pageNotAllowed`
 */
export function refuseForeignPage(
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl" | "allowedOrigins">,
): void {
  if (/^bearer /i.test(request.headers.authorization ?? "")) return;
  if (!isSentByForeignPage(request, settings) || isAllowedOrigin(request, settings)) return;
  throw new RequestError(
    "pageNotAllowed",
    "This request came from a page of another site, which this server does not allow.",
  );
}

/**
 * For pages that count what is asked of them: as pictures, in frames or fetched ahead of a visit, another site could have
 * its visitors locked out by them.
 * @throws {RequestError} `pageNotAllowed` for all that another site makes a browser ask for but a visit
 */
export function refuseUnseenByForeignPage(
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl" | "allowedOrigins">,
): void {
  if (!isVisit(request)) refuseForeignPage(request, settings);
}

/** True for a visit by a link, wherever that stood: a person sees the answer, and no page can make many at once. */
export function isVisit({ method, headers }: Pick<FastifyRequest, "method" | "headers">): boolean {
  if (method !== "GET" || headers.origin !== undefined || headers["sec-purpose"] !== undefined) return false;
  return ["document", undefined].includes(headers["sec-fetch-dest"]);
}

function isOfSameFace(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">, sender: string): boolean {
  return callerOf(request, settings).face.kind !== "native" && faceOfHost(sender) !== undefined;
}
