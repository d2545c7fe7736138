import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { whenEnded } from "../bounds/request-ends.ts";
import type { RequestRoom } from "../bounds/request-room.ts";

/** How often bodies are checked; a body may be cut late by one interval. */
const LOOKS_PER_DEADLINE = 10;

/**
 * Cuts clients whose small body never ends; sending little by little does not extend the time. Uploads have their own
 * deadlines. All bodies are checked now and then: a timer for each would cost every call more than its body does.
 */
export function limitBodyTime(app: FastifyInstance, room: Pick<RequestRoom, "boundsOf">): void {
  /** By length of the deadline. */
  const lists = new Map<number, BodyList>();
  app.addHook("onClose", async () => {
    for (const list of lists.values()) list.close();
  });
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { raw } = request;
    // Bodies of these are never read, so they never end: the deadline would hit a long download.
    if (raw.method !== "GET" && raw.method !== "HEAD") {
      const deadlineMs = room.boundsOf(request).bodyTimeoutMs;
      const list = lists.get(deadlineMs) ?? new BodyList(deadlineMs);
      lists.set(deadlineMs, list);
      const place = list.add(raw);
      whenEnded(request, () => list.giveBack(place));
    }
    done(null, payload);
  });
}

/**
 * Slots in an array, not a map: with many additions and removals a map replaces its table, and an old table keeps its
 * contents alive. Every request then outlived its end by seconds, and collecting them cost a fifth of a call.
 */
class BodyList {
  readonly #requests: (IncomingMessage | undefined)[] = [];
  /** The number of checks so far when the request in the same slot began. */
  readonly #startedAtLook: number[] = [];
  readonly #freePlaces: number[] = [];
  readonly #looking: NodeJS.Timeout;
  #looks = 0;

  constructor(deadlineMs: number) {
    this.#looking = setInterval(() => this.#cutLate(), deadlineMs / LOOKS_PER_DEADLINE).unref();
  }

  /** Returns the slot, to be released. */
  add(request: IncomingMessage): number {
    const place = this.#freePlaces.pop() ?? this.#requests.length;
    this.#requests[place] = request;
    this.#startedAtLook[place] = this.#looks;
    return place;
  }

  giveBack(place: number): void {
    this.#requests[place] = undefined;
    this.#freePlaces.push(place);
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #cutLate(): void {
    this.#looks += 1;
    for (const [place, startLook] of this.#startedAtLook.entries()) {
      const request = this.#requests[place];
      // The first check may have come at any time after the start.
      if (request?.complete === false && this.#looks - startLook > LOOKS_PER_DEADLINE) request.destroy();
    }
  }
}
