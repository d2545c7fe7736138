import type { FastifyInstance } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { sendJson } from "../../wire/json-endpoint.ts";

/** `/healthz`: the process answers. `/readyz`: rows and bytes can be written right now. */
export function addHealth(app: FastifyInstance, settings: EdgeSettings): void {
  app.get("/healthz", async (_request, reply) => sendJson(reply, { status: "OK" }));
  app.get("/readyz", async (_request, reply) => {
    try {
      await settings.checkReady();
      return sendJson(reply, { status: "OK" });
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown";
      return sendJson(reply.code(503).header("retry-after", 5), { message: reason, status: "KO" });
    }
  });
}
