import { pageEndpoints } from "@consigne/contract";
import { BlobStoreError, DatabaseError, DomainError } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import { type EdgeLogger, type EdgeSettings, NotReadyError } from "../../edge-settings.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/**
 * `/healthz`: the process answers. `/readyz`: rows and bytes can be written right now. The reason for a failure is
 * shown to anybody.
 */
export function addHealth(app: FastifyInstance, settings: EdgeSettings, logger: EdgeLogger): void {
  addPageRoute(app, pageEndpoints.serverHealth, async (_request, reply) => sendJson(reply, { status: "OK" }));
  addPageRoute(app, pageEndpoints.serverReadiness, async (request, reply) => {
    try {
      await settings.checkReady();
      return sendJson(reply, { status: "OK" });
    } catch (error) {
      // The server's own reasons need no stack trace, and probes ask again every few seconds.
      const why = error instanceof NotReadyError ? { reason: error.message } : { err: error };
      logger.warn({ requestId: request.id, ...why }, "not ready");
      return sendJson(reply.code(503).header("retry-after", 5), { message: publicReason(error), status: "KO" });
    }
  });
}

/** Messages of a database contain its file name, which only the operator may know. */
const databaseReasons: Readonly<Record<DatabaseError["failure"], string>> = {
  busy: "Another program has locked the database.",
  full: "There is no room left for the database.",
  "read-only": "The database cannot be written.",
  corrupt: "The database is damaged.",
  unavailable: "The database cannot be reached: its file was moved or removed, or its disk is failing.",
};

function publicReason(error: unknown): string {
  if (error instanceof DatabaseError) return databaseReasons[error.failure];
  const isSpeakable = [NotReadyError, BlobStoreError, DomainError].some((kind) => error instanceof kind);
  return isSpeakable && error instanceof Error ? error.message : "The server cannot work; its log says why.";
}
