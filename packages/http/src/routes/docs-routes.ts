import { buildOpenApi, pageEndpoints } from "@consigne/contract";
import { addPageRoute } from "../wire/page-route.ts";
import { RequestError } from "../wire/error-answer.ts";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

/** The viewer writes its settings and styles into the page itself; nothing may be loaded from or sent elsewhere. */
const viewerPolicy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Large, and the same for everybody. */
const KEPT = "public, max-age=600";

/** More than the viewer has. */
const MOST_KEPT = 16;

/**
 * `/docs`: the reference generated from the contract, to read and to try on this server. The viewer takes more memory
 * than all other routes together, so it is loaded on the first visit.
 */
export function addDocsRoutes(app: FastifyInstance, version: string): void {
  let viewer: Promise<FastifyInstance> | undefined;
  app.addHook("onClose", async () => {
    await (await viewer)?.close();
  });
  const rendered = new Map<string, ReturnType<typeof render>>();
  const render = async (url: string) => (await (viewer ??= startViewer(version))).inject({ method: "GET", url });
  /** The script is large: a separate copy for each reader would fill the memory. */
  const pageAt = async (url: string) => {
    const rendering = rendered.get(url) ?? render(url);
    if (rendered.size < MOST_KEPT) rendered.set(url, rendering);
    const page = await rendering;
    if (page.statusCode !== 200) rendered.delete(url);
    return page;
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const page = await pageAt(request.url.split("?", 1)[0] ?? "");
    if (page.statusCode === 404) throw new RequestError("endpointNotAvailable", "There is nothing at this URL.");
    const { connection: _connection, ...headers } = page.headers;
    return reply
      .code(page.statusCode)
      .headers({ ...headers, "content-security-policy": viewerPolicy, "cache-control": KEPT })
      .send(page.rawPayload.length === 0 ? undefined : page.rawPayload);
  };
  const { docsPage, docsScript, openApiJson, openApiYaml } = pageEndpoints;
  for (const page of [docsPage, docsScript, openApiJson, openApiYaml]) addPageRoute(app, page, answer);
}

/** Answers requests for `/docs` without listening on any port. */
async function startViewer(version: string): Promise<FastifyInstance> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const app = fastify({ logger: false, routerOptions: { ignoreTrailingSlash: true } });
  await app.register(scalar, {
    routePrefix: "/docs",
    configuration: {
      content: { ...buildOpenApi(version), servers: [{ url: "/", description: "This server" }] },
      pageTitle: "Consigne API",
      withDefaultFonts: false,
      telemetry: false,
      // Features of the viewer that would send people, or this document, elsewhere.
      showDeveloperTools: "never",
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
    },
  });
  return app;
}
