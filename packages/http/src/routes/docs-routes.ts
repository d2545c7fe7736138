import { buildOpenApi } from "@consigne/contract";
import scalar from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";

/** The viewer writes its settings and styles into the page itself; nothing may come from elsewhere or go there. */
const viewerPolicy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/docs`: the reference made from the contract, to read and to try on this very server. */
export async function addDocsRoutes(app: FastifyInstance, version: string): Promise<void> {
  app.addHook("onSend", async (_request, reply) => {
    reply.header("content-security-policy", viewerPolicy);
  });
  const content = { ...buildOpenApi(version), servers: [{ url: "/", description: "This server" }] };
  await app.register(scalar, {
    routePrefix: "/docs",
    configuration: {
      content,
      pageTitle: "Consigne API",
      withDefaultFonts: false,
      telemetry: false,
      // Features of the viewer's maker that would send people, or this document, elsewhere.
      showDeveloperTools: "never",
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
    },
  });
}
