import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { callerOf } from "./caller.ts";

/** Origins whose pages may read answers: all, or those named. */
export type AllowedOrigins = "*" | ReadonlySet<string>;

/** Paths for programs. Pages for people, with their forms, are not included. */
const programPaths = /^\/(?:v1\/|x\/v1\/|(?:upload\.cgi|end\.pl|[pz][A-Za-z0-9]+|t[A-Za-z0-9_-]+)\/?$)/;

/**
 * Headers that a program may send besides those every page may: the key, JSON, the report format, one range of a file,
 * tus. tus-js-client can add an id to each request, which is not used here.
 */
const sentHeaders =
  "authorization, content-type, content-digest, leaves-digest, json, export, range, if-range, if-none-match, if-modified-since, last-event-id, " +
  "tus-resumable, upload-length, upload-offset, upload-metadata, upload-checksum, x-http-method-override, x-request-id";
const readHeaders =
  "accept-ranges, content-disposition, content-length, content-range, etag, location, retry-after, x-request-id, " +
  "tus-resumable, tus-version, tus-extension, tus-max-size, tus-checksum-algorithm, upload-length, upload-offset, " +
  "upload-metadata, upload-expires, consigne-link";
/** An origin that is no longer allowed may skip the preflight for this long. */
const PREFLIGHT_SECONDS = 600;

type CorsRules = Pick<EdgeSettings, "allowedOrigins" | "publicUrl">;

/**
 * Lets pages of other origins call the server's own hosts (CORS). A key is not a cookie: the program sends it, never
 * the browser itself, so the headers do not allow credentials. On the host names of 1fichier.com, everything stays as
 * it is there.
 */
export function enableCors(app: FastifyInstance, rules: CorsRules): void {
  if (isNobodyAllowed(rules)) return;
  app.addHook("onRequest", (request, reply, done) => {
    const isForPrograms = programPaths.test(request.url.split("?", 1)[0] ?? "");
    const isAllowed = isForPrograms && addCorsHeaders(request, reply, rules);
    // Sent by the browser before the call: not a call yet, so it needs no key and counts against no limit.
    if (isAllowed && isPreflight(request)) answerPreflight(request, reply, rules);
    else done();
  });
}

/** Marks one answer as readable by the page that requested it; false if no page did, or none that may. */
export function addCorsHeaders(request: FastifyRequest, reply: FastifyReply, rules: CorsRules): boolean {
  if (isNobodyAllowed(rules) || callerOf(request, rules).face.kind !== "native") return false;
  const { origin } = request.headers;
  const isNamed = rules.allowedOrigins !== "*";
  // Even for refused origins: a cache must not give this answer to a page of another origin.
  if (isNamed) reply.header("vary", "origin");
  if (!isAllowedOrigin(request, rules)) return false;
  reply.header("access-control-allow-origin", isNamed ? origin : "*");
  reply.header("access-control-expose-headers", readHeaders);
  return true;
}

/** True for a request from a page that may call. */
export function isAllowedOrigin(request: FastifyRequest, rules: CorsRules): boolean {
  const { origin } = request.headers;
  if (origin === undefined || callerOf(request, rules).face.kind !== "native") return false;
  return rules.allowedOrigins === "*" || rules.allowedOrigins.has(origin);
}

function isNobodyAllowed({ allowedOrigins }: CorsRules): boolean {
  return allowedOrigins !== "*" && allowedOrigins.size === 0;
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply, { allowedOrigins }: CorsRules): void {
  const asksForPrivateNetwork = request.headers["access-control-request-private-network"] === "true";
  // Opening a server to every page does not mean that pages on the internet may access a private network.
  if (asksForPrivateNetwork && allowedOrigins !== "*") reply.header("access-control-allow-private-network", "true");
  void reply
    .code(204)
    .removeHeader("access-control-expose-headers")
    .header("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
    .header("access-control-allow-headers", sentHeaders)
    .header("access-control-max-age", PREFLIGHT_SECONDS)
    .send();
}
