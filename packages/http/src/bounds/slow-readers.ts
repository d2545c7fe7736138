import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { RequestStep } from "../wire/request-steps.ts";
import type { EdgeBounds } from "./edge-bounds.ts";
import { whenEnded } from "./request-ends.ts";

const LOOKS_PER_DEADLINE = 6;

interface Watched {
  /** Bytes that wait for the reader, and all that were ever handed to its connection. */
  waitingBytes: number;
  handedBytes: number;
  /** Since when neither has changed. */
  sinceMs: number;
}

/**
 * Cuts whoever does not read an answer, of any kind. Each piece that is handed to the connection has time to be taken:
 * some to begin with, and some for its size, so that reading a little now and then does not hold it for ever.
 */
export class SlowReaders {
  readonly #bounds: EdgeBounds["readers"];
  readonly #watched = new Map<ServerResponse, Watched>();

  constructor(bounds: EdgeBounds["readers"]) {
    this.#bounds = bounds;
  }

  watch(app: FastifyInstance): RequestStep {
    const looking = setInterval(() => this.#look(), this.#bounds.stallMs / LOOKS_PER_DEADLINE).unref();
    app.addHook("onClose", async () => clearInterval(looking));
    return (request, { raw }) => {
      this.#watched.set(raw, { waitingBytes: 0, handedBytes: 0, sinceMs: 0 });
      whenEnded(request, () => this.#watched.delete(raw));
    };
  }

  /** True for an answer that has been waiting so long that it should go first where room is short. */
  isStuck(response: ServerResponse): boolean {
    const watched = this.#watched.get(response);
    return (
      watched !== undefined &&
      watched.waitingBytes > 0 &&
      response.writableLength > 0 &&
      performance.now() - watched.sinceMs > this.#bounds.stallMs / 2
    );
  }

  #look(): void {
    const nowMs = performance.now();
    for (const [response, watched] of this.#watched) {
      const waitingBytes = response.socket === null ? 0 : response.writableLength;
      const handedBytes = response.socket?.bytesWritten ?? 0;
      const isMoving = waitingBytes < watched.waitingBytes || handedBytes !== watched.handedBytes;
      if (waitingBytes === 0 || watched.waitingBytes === 0 || isMoving) {
        watched.waitingBytes = waitingBytes;
        watched.handedBytes = handedBytes;
        watched.sinceMs = nowMs;
      } else if (nowMs - watched.sinceMs > this.#patienceMs(waitingBytes)) response.destroy();
    }
  }

  #patienceMs(waitingBytes: number): number {
    return this.#bounds.stallMs + (waitingBytes / this.#bounds.leastBytesPerSecond) * 1000;
  }
}
