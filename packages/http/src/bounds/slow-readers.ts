import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { EdgeBounds } from "./edge-bounds.ts";
import { onRequestSocket } from "./server-sockets.ts";

const LOOKS_PER_DEADLINE = 6;

interface Watched {
  /** Bytes waiting for the reader, and all bytes ever handed to its connection. */
  waitingBytes: number;
  handedBytes: number;
  /** Since when neither has changed. */
  sinceMs: number;
}

/**
 * Cuts off clients that do not read their answer. Each piece handed to the connection has time to be read: a fixed
 * time, and more for its size, so that reading a little now and then does not hold it for ever.
 */
export class SlowReaders {
  readonly #bounds: EdgeBounds["readers"];
  /** By connection: there is an answer with every request, and each would have to be added and removed. */
  readonly #watched = new Map<Socket, Watched>();

  constructor(bounds: EdgeBounds["readers"]) {
    this.#bounds = bounds;
  }

  watch(app: FastifyInstance): void {
    const looking = setInterval(() => this.#look(), this.#bounds.stallMs / LOOKS_PER_DEADLINE).unref();
    app.addHook("onClose", async () => clearInterval(looking));
    onRequestSocket(app.server, (socket) => {
      this.#watched.set(socket, { waitingBytes: 0, handedBytes: 0, sinceMs: 0 });
      socket.once("close", () => this.#watched.delete(socket));
    });
  }

  /** True for an answer that has been waiting so long that it should be cut first when space is short. */
  isStuck(response: ServerResponse): boolean {
    const watched = response.socket === null ? undefined : this.#watched.get(response.socket);
    return (
      watched !== undefined &&
      watched.waitingBytes > 0 &&
      response.writableLength > 0 &&
      performance.now() - watched.sinceMs > this.#bounds.stallMs / 2
    );
  }

  #look(): void {
    const nowMs = performance.now();
    for (const [socket, watched] of this.#watched) {
      const waitingBytes = socket.writableLength;
      const handedBytes = socket.bytesWritten;
      const isMoving = waitingBytes < watched.waitingBytes || handedBytes !== watched.handedBytes;
      if (waitingBytes === 0 || watched.waitingBytes === 0 || isMoving) {
        watched.waitingBytes = waitingBytes;
        watched.handedBytes = handedBytes;
        watched.sinceMs = nowMs;
      } else if (nowMs - watched.sinceMs > this.#patienceMs(waitingBytes)) socket.destroy();
    }
  }

  #patienceMs(waitingBytes: number): number {
    return this.#bounds.stallMs + (waitingBytes / this.#bounds.leastBytesPerSecond) * 1000;
  }
}
