import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { whenEnded } from "../bounds/request-ends.ts";
import type { RequestRoom } from "../bounds/request-room.ts";

/** How often bodies are looked at; a body is cut so much late at most. */
const LOOKS_PER_DEADLINE = 10;

/**
 * Cuts clients whose small body never ends; dribbling does not renew the time. Uploads have deadlines of their own.
 * One look at all of them now and then: a timer for each would cost every call more than its body does.
 */
export function limitBodyTime(app: FastifyInstance, room: Pick<RequestRoom, "boundsOf">): void {
  /** By length of the deadline, then oldest first. */
  const lists = new Map<number, BodyList>();
  app.addHook("onClose", async () => {
    for (const list of lists.values()) list.close();
  });
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { raw } = request;
    // Bodies of these are never read, so they never end here: the time would run into a long download.
    if (raw.method !== "GET" && raw.method !== "HEAD") {
      const deadlineMs = room.boundsOf(request).bodyTimeoutMs;
      const list = lists.get(deadlineMs) ?? new BodyList(deadlineMs);
      lists.set(deadlineMs, list);
      list.add(raw);
      whenEnded(request, () => list.remove(raw));
    }
    done(null, payload);
  });
}

class BodyList {
  readonly #deadlineMs: number;
  readonly #startedAtMs = new Map<IncomingMessage, number>();
  readonly #looking: NodeJS.Timeout;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
    this.#looking = setInterval(() => this.#cutLate(), deadlineMs / LOOKS_PER_DEADLINE).unref();
  }

  add(request: IncomingMessage): void {
    this.#startedAtMs.set(request, performance.now());
  }

  remove(request: IncomingMessage): void {
    this.#startedAtMs.delete(request);
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #cutLate(): void {
    const lateMs = performance.now() - this.#deadlineMs;
    for (const [request, startMs] of this.#startedAtMs) {
      if (startMs > lateMs) return;
      this.#startedAtMs.delete(request);
      if (!request.complete) request.destroy();
    }
  }
}
