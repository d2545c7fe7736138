import type { FastifyInstance } from "fastify";

const BODY_DEADLINE_MS = 2 * 60_000;

/** Cuts clients whose small body never ends; dribbling does not renew the time. Uploads have deadlines of their own. */
export function limitBodyTime(app: FastifyInstance, deadlineMs = BODY_DEADLINE_MS): void {
  app.addHook("preParsing", ({ raw }, _reply, payload, done) => {
    // Bodies of these are never read, so they never end here: the time would run into a long download.
    if (raw.method === "GET" || raw.method === "HEAD") return done(null, payload);
    const timer = setTimeout(() => raw.destroy(), deadlineMs);
    raw.once("end", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
    done(null, payload);
  });
}
