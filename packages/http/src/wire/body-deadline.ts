import type { FastifyInstance } from "fastify";

const BODY_DEADLINE_MS = 2 * 60_000;

/** Cuts clients whose small body never ends; dribbling does not renew the time. Uploads have deadlines of their own. */
export function limitBodyTime(app: FastifyInstance, deadlineMs = BODY_DEADLINE_MS): void {
  app.addHook("preParsing", async ({ raw }, _reply, payload) => {
    const timer = setTimeout(() => raw.destroy(), deadlineMs);
    raw.once("end", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
    return payload;
  });
}
