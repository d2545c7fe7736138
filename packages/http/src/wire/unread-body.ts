import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits on bodies that are read and dropped after their answer. SECURITY.md lists these figures. */
export interface UnreadBodyBounds {
  /** Time for a client that is still sending to see its answer before its connection is cut. */
  lingerMs: number;
  /** Read of each body, whatever others send: as much as anybody may send in a body that is read. */
  freeBytes: number;
  /** Read of one body at most. */
  bytes: number;
  /** Read of all bodies, beyond what is free, within the time of `lingerMs`. */
  totalBytes: number;
}

export const unreadBodyBounds: UnreadBodyBounds = {
  lingerMs: 3000,
  freeBytes: 64 * KIB,
  bytes: 16 * MIB,
  totalBytes: 64 * MIB,
};

/**
 * A body nobody waits for any more is read and dropped for a moment, then the connection ends: a client must not hold it
 * by sending on. `Connection: close` would have the socket destroyed with the last byte of the answer, and a client in
 * the middle of its sending would see a broken pipe instead of the reason. Past the bounds nothing more is read, and the
 * connection stays for the rest of the time: most clients look for an answer while they wait to send.
 */
export function endUnreadBodies(app: FastifyInstance, bounds: UnreadBodyBounds = unreadBodyBounds): void {
  const room = new RoomForAll(bounds);
  app.addHook("onRequest", ({ raw }, reply, done) => {
    // Node reads on without end by itself once the answer is out, unless somebody began to read: `read(0)` counts as that.
    if (hasBody(raw)) reply.raw.prependListener("finish", () => void (raw.complete || raw.read(0)));
    done();
  });
  app.addHook("onResponse", ({ raw }, _reply, done) => {
    if (!raw.complete && !raw.destroyed) dropBody(raw, bounds, room);
    done();
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

function dropBody(request: IncomingMessage, bounds: UnreadBodyBounds, room: RoomForAll): void {
  let readBytes = 0;
  const count = ({ length }: Buffer): void => {
    readBytes += length;
    if (readBytes <= bounds.freeBytes) return;
    if (readBytes <= bounds.bytes && room.take(length)) return;
    request.off("data", count).pause();
  };
  // Whoever was to get the body takes no part any more: it would read on when nobody should.
  request.unpipe().on("data", count).resume();
  const timer = setTimeout(() => request.destroy(), bounds.lingerMs);
  for (const event of ["end", "close"]) request.once(event, () => clearTimeout(timer));
}

/** Bytes for all connections, from nothing again after each `lingerMs`. */
class RoomForAll {
  readonly #bounds: UnreadBodyBounds;
  #sinceMs = -Infinity;
  #takenBytes = 0;

  constructor(bounds: UnreadBodyBounds) {
    this.#bounds = bounds;
  }

  take(bytes: number): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#sinceMs >= this.#bounds.lingerMs) {
      this.#sinceMs = nowMs;
      this.#takenBytes = 0;
    }
    if (this.#takenBytes + bytes > this.#bounds.totalBytes) return false;
    this.#takenBytes += bytes;
    return true;
  }
}
