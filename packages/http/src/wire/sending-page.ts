import { faceOfHost } from "@consigne/contract";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { acceptsPages } from "./accept.ts";
import { callerOf, publicUrlFor } from "./caller.ts";
import { isAllowedOrigin } from "./cors.ts";
import { RequestError } from "./error-answer.ts";

/**
 * True if a page of another origin made the browser send this request. Programs send no origin at all. On secure
 * connections browsers say how the two origins relate, and they send the origin itself with everything but plain
 * visits.
 */
export function isSentByForeignPage(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">): boolean {
  const { headers } = request;
  const { origin } = headers;
  const sender = origin === undefined ? undefined : URL.parse(origin)?.host;
  // 1fichier.com is one site on many hosts, and with its host names all of them are this server.
  if (sender !== undefined && isOfSameFace(request, settings, sender)) return false;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  if (origin === undefined) return false;
  // A proxy in front may handle TLS for us without saying so, hence the scheme is ignored.
  return (
    sender === undefined ||
    ![request.host.toLowerCase(), URL.parse(publicUrlFor(request, settings))?.host].includes(sender)
  );
}

/** True if a browser says which page sends this, as every browser does for forms. Programs say nothing. */
export function tellsOfPage({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
}

/**
 * True for a form that a person sent in a browser. Programs that post the same fields read the answer itself. Over https
 * or loopback browsers say what they do, and everywhere they send the origin of a form.
 */
export function isFormInBrowser({ method, headers }: Pick<FastifyRequest, "method" | "headers">): boolean {
  if (method !== "POST") return false;
  const { origin, accept, "sec-fetch-dest": shownIn } = headers;
  return shownIn === undefined ? origin !== undefined && acceptsPages(accept) : shownIn === "document";
}

/** True for exactly the origin of the public URL, and with the host names of 1fichier.com for all of them. */
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
 * Refuses what another site's page makes its visitor's browser send, before anything in it is checked: it must neither
 * count against the visitor nor reveal whether a key or password was correct. A key in the header may pass, since a
 * browser only sends it for pages that are allowed.
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
 * For pages whose requests are counted: with images, frames or prefetching, another site could get its visitors locked
 * out.
 * @throws {RequestError} `pageNotAllowed` for everything that another site makes a browser request, except visits
 */
export function refuseUnseenByForeignPage(
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl" | "allowedOrigins">,
): void {
  if (!isVisit(request)) refuseForeignPage(request, settings);
}

/** True for a visit through a link, wherever it is: a person sees the answer, and no page can trigger many at once. */
export function isVisit({ method, headers }: Pick<FastifyRequest, "method" | "headers">): boolean {
  if (method !== "GET" || headers.origin !== undefined || headers["sec-purpose"] !== undefined) return false;
  return ["document", undefined].includes(headers["sec-fetch-dest"]);
}

function isOfSameFace(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">, sender: string): boolean {
  return callerOf(request, settings).face.kind !== "native" && faceOfHost(sender) !== undefined;
}
