import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

const BODY_DEADLINE_MS = 2 * 60_000;
/** A body is cut this part of the deadline late at most. */
const LOOKS_PER_DEADLINE = 10;

/**
 * Cuts clients whose small body never ends; dribbling does not renew the time. Uploads have deadlines of their own.
 * One look at all of them now and then: a timer for each would cost every call more than its body does.
 */
export function limitBodyTime(app: FastifyInstance, deadlineMs = BODY_DEADLINE_MS): void {
  const startedAtMs = new Map<IncomingMessage, number>();
  const cutLate = (): void => {
    const lateMs = performance.now() - deadlineMs;
    for (const [request, startMs] of startedAtMs) {
      // Oldest first.
      if (startMs > lateMs) return;
      startedAtMs.delete(request);
      if (!request.complete) request.destroy();
    }
  };
  const looking = setInterval(cutLate, deadlineMs / LOOKS_PER_DEADLINE).unref();
  app.addHook("onClose", async () => clearInterval(looking));
  app.addHook("preParsing", ({ raw }, _reply, payload, done) => {
    // Bodies of these are never read, so they never end here: the time would run into a long download.
    if (raw.method !== "GET" && raw.method !== "HEAD") startedAtMs.set(raw, performance.now());
    done(null, payload);
  });
  app.addHook("onResponse", ({ raw }, _reply, done) => {
    startedAtMs.delete(raw);
    done();
  });
}
