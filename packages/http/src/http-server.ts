import { randomBytes } from "node:crypto";
import type { ServerOptions } from "node:http";
import { endpoints, methodsAt } from "@consigne/contract";
import { type DomainError, type EdgeServices, isAccountActor, isDomainError } from "@consigne/core";
import { fastifyCookie } from "@fastify/cookie";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { AnswerRoom } from "./bounds/answer-room.ts";
import { ConnectionGuard } from "./bounds/connection-guard.ts";
import { RequestRoom } from "./bounds/request-room.ts";
import { limitPipelining } from "./bounds/pipelined-requests.ts";
import { limitRequestsAtOnce } from "./bounds/requests-at-once.ts";
import { Shares } from "./bounds/shares.ts";
import { watchRequestEnds } from "./bounds/request-ends.ts";
import { SlowReaders } from "./bounds/slow-readers.ts";
import { AnonymousThrottle } from "./bounds/anonymous-throttle.ts";
import type { EdgeLogger, EdgeSettings } from "./edge-settings.ts";
import { addApiRoutes } from "./routes/api-routes.ts";
import { addDocsRoutes } from "./routes/docs-routes.ts";
import { addPageRoutes } from "./routes/page-routes.ts";
import { addUploadRoutes } from "./routes/upload-routes.ts";
import { addAbout } from "./routes/x/about.ts";
import { refuseBanned } from "./wire/banned-callers.ts";
import { BrokenRequests } from "./wire/broken-request.ts";
import { addressOf, isTrustedProxy } from "./wire/caller.ts";
import { RequestError } from "./wire/error-answer.ts";
import { allowDescribedRoutesOnly } from "./wire/described-routes.ts";
import { warnOfUnnamedProxy } from "./wire/forwarded-headers.ts";
import { keepDownloadOrigin } from "./wire/download-origin.ts";
import { enableCors } from "./wire/cors.ts";
import { tellJsonBodiesApart } from "./wire/json-bodies-only.ts";
import { sendJson } from "./wire/json-endpoint.ts";
import { ListingAnswers } from "./wire/listing-answers.ts";
import { beginRefusal } from "./wire/refusal.ts";
import { refusePage } from "./wire/page-refusal.ts";
import { withoutSchemas } from "./wire/without-schemas.ts";
import { recogniseVisitor } from "./sessions/visitor.ts";
import { addRequestSteps } from "./wire/request-steps.ts";
import { loggablePath } from "./wire/request-target.ts";
import { endUnreadBodies } from "./wire/unread-body.ts";

const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** The HTTP server on the given services. The caller makes it listen and closes it. */
export async function createHttpServer(input: {
  services: EdgeServices;
  settings: EdgeSettings;
  logger: EdgeLogger;
  /** In PEM; without it the server speaks plain HTTP. */
  tls?: { cert: Buffer; key: Buffer } | undefined;
}): Promise<FastifyInstance> {
  const { services, settings, logger } = input;
  const brokenRequests = new BrokenRequests();
  const { bounds } = settings;
  const shares = new Shares(settings.trustedProxies);
  const room = new RequestRoom(bounds, shares);
  const readers = new SlowReaders(bounds.readers);
  const app = fastify({
    logger: false,
    clientErrorHandler: (error, socket) => brokenRequests.refuse(error, socket),
    // For example invalid paths: these reach neither hooks nor the error handler.
    frameworkErrors: (error, request, reply) => {
      void sendRefusal(error, request, withSafeHeaders(reply), logger);
    },
    trustProxy: settings.trustedProxies.length > 0 && ((entry) => isTrustedProxy(entry, settings.trustedProxies)),
    genReqId: countRequests(),
    // Uploads take hours; the upload path has its own deadlines.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The caller that closes the server decides how long running requests may take.
    forceCloseConnections: "idle",
    // Only endpoints with HEAD in the contract answer it.
    exposeHeadRoutes: false,
    schemaController: withoutSchemas,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    ...nodeServerOptions(bounds.headTimeoutMs, input.tls),
  });
  brokenRequests.watch(app.server);
  limitPipelining(app.server);
  allowDescribedRoutesOnly(app);
  tellJsonBodiesApart(app);
  app.decorateRequest("actor", undefined);
  app.decorateRequest("identifiedAtMs", undefined);
  app.decorateRequest("address", undefined);
  app.decorateRequest("isAtDownloadOrigin", false);
  app.decorateRequest("response", undefined);
  // By default bodies are not read; each group of routes below registers its own parsers.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  answerErrors(app, services, settings, logger);
  logRequests(app, logger);
  endUnreadBodies(app);
  readers.watch(app);
  addRequestSteps(app, [
    beginAnswer,
    watchRequestEnds(app),
    new ConnectionGuard(bounds, shares, readers, logger).watch(app),
    limitRequestsAtOnce(bounds, shares),
    requireHost,
    keepDownloadOrigin(settings),
    warnOfUnnamedProxy(settings, logger),
  ]);
  new AnswerRoom(bounds.answers, shares, readers).watch(app);
  enableCors(app, settings);
  refuseBanned(app, services);
  refuseUnknownAddresses(app);
  new AnonymousThrottle(shares).watch(app);
  const listings = new ListingAnswers(logger);
  await app.register(async (scope) => addApiRoutes(scope, services, settings, room, { listings, logger }));
  await app.register(async (scope) => addUploadRoutes(scope, services, settings, logger, room));
  await app.register(async (scope) => {
    // Only for setting cookies; they are read from the header, so that other requests need not wait for the plugin.
    await scope.register(fastifyCookie, { hook: false });
    addPageRoutes(scope, services, settings, logger, room, listings);
  });
  addAbout(app, services, settings);
  addDocsRoutes(app, settings.version);
  return app;
}

/** With `https`, the options in `http` are ignored. */
function nodeServerOptions(
  headTimeoutMs: number,
  tls: { cert: Buffer; key: Buffer } | undefined,
): { http?: ServerOptions } {
  const http = {
    headersTimeout: headTimeoutMs,
    connectionsCheckingInterval: Math.ceil(headTimeoutMs / 6),
    maxHeaderSize: MAX_HEADER_BYTES,
    // Node's own response to a missing Host does not explain anything; see `requireHost`.
    requireHostHeader: false,
  };
  if (tls === undefined) return { http };
  // Typed for plain HTTP; the difference only matters in `server-sockets.ts`.
  const https = { ...http, ...tls, handshakeTimeout: headTimeoutMs };
  return { https } as { http?: ServerOptions };
}

/**
 * Request numbers, including one for this run of the server: a log contains several runs, and a caller only reports the
 * number.
 */
function countRequests(): () => string {
  const run = randomBytes(4).toString("hex");
  let count = 0;
  return () => `${run}-${(++count).toString(36)}`;
}

/**
 * HTTP/1.1 requires exactly this (RFC 9112, 3.2): one Host. With two, a proxy in front might have used the other one.
 */
function requireHost({ raw }: FastifyRequest): void {
  const { rawHeaders } = raw;
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (isHostHeader(rawHeaders[at])) count += 1;
  if (count > 1) throw new RequestError("badRequest", "The request has more than one Host header.");
  if (count === 0 && raw.httpVersion === "1.1") throw new RequestError("badRequest", "The request has no Host header.");
}

const isHostHeader = (name: string | undefined): boolean => name?.length === 4 && name.toLowerCase() === "host";

function beginAnswer(request: FastifyRequest, reply: FastifyReply): void {
  request.response = reply.raw;
  withSafeHeaders(reply);
}

/**
 * No other site learns our addresses, which contain ids. Not `no-referrer`: with it, browsers send no origin with our
 * own forms either, and on an insecure connection, as in a home network, they look like forms of another site. Nothing
 * is cached unless it says so itself: most responses depend on the caller, the host and the requested form.
 */
function withSafeHeaders(reply: FastifyReply): FastifyReply {
  return reply
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "same-origin")
    .header("cache-control", "no-store");
}

function answerErrors(app: FastifyInstance, services: EdgeServices, settings: EdgeSettings, logger: EdgeLogger): void {
  app.setErrorHandler(async (error, request, reply) => {
    if (!isPageMissed(request)) return sendRefusal(error, request, reply, logger);
    await recogniseVisitor(request, services, settings);
    return refusePage(error, request, reply, { settings, logger });
  });
}

/**
 * An address mistyped in a browser. Below `/v1` and `/x` are API calls, some of them by programs whose library asks for
 * HTML.
 */
const isPageMissed = ({ is404, url }: FastifyRequest): boolean => is404 && !/^\/(?:v1|x)\//.test(url);

/** Before the framework checks the headers of a body, which do not matter if nothing accepts it. */
function refuseUnknownAddresses(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    done(request.is404 ? refusalOfAddress(request, reply) : undefined);
  });
}

const inWords = new Intl.ListFormat("en-GB");

/** Nothing exists at the address, or it accepts another method. */
function refusalOfAddress(request: FastifyRequest, reply: FastifyReply): RequestError {
  const methods = methodsAt(request.url.split("?", 1)[0] ?? "");
  if (methods === undefined) return new RequestError("endpointNotAvailable", "There is nothing at this URL.");
  reply.header("allow", methods.join(", "));
  return new RequestError("methodNotAllowed", `This URL accepts only ${inWords.format(methods)}.`);
}

function sendRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: EdgeLogger): FastifyReply {
  const told = isTokenRefusal(error, request) ? new RequestError("mustBeCustomerForToken", error.message) : error;
  return sendJson(reply, beginRefusal(told, request, reply, { logger, failure: "request failed" }).body);
}

/** 1fichier.com has its own number for this on get_token, which Synology's module checks. */
function isTokenRefusal(error: unknown, request: FastifyRequest): error is DomainError {
  return isDomainError(error, "customer-required") && request.routeOptions.url === endpoints.downloadGetToken.path;
}

/** One line for each request, without its query, which may contain a key. */
function logRequests(app: FastifyInstance, logger: EdgeLogger): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { actor } = request;
    const account = actor !== undefined && isAccountActor(actor) ? actor : undefined;
    logger.request({
      requestId: request.id,
      method: request.method,
      path: loggablePath(request),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      address: addressOf(request),
      accountId: account?.account.id,
      apiKeyId: account?.key?.id,
      sessionId: account?.session?.id,
    });
    done();
  });
}
