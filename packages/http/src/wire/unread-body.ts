import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits on bodies that are read and dropped after their answer. SECURITY.md lists these figures. */
export interface UnreadBodyBounds {
  /** How long a client that is still sending has to read its answer before its connection is cut. */
  lingerMs: number;
  /** Read from each body, independent of other callers: as much as anybody may send in a body that is read. */
  freeBytes: number;
  /** The most read from one body. */
  bytes: number;
  /** The most read from all bodies, beyond `freeBytes`, per `lingerMs`. */
  totalBytes: number;
}

export const unreadBodyBounds: UnreadBodyBounds = {
  lingerMs: 3000,
  freeBytes: 64 * KIB,
  bytes: 16 * MIB,
  totalBytes: 64 * MIB,
};

/**
 * A body that nobody waits for any more is read and dropped for a moment, then the connection ends: a client must not
 * hold it by continuing to send. With `Connection: close` the socket would be destroyed with the last byte of the
 * answer, and a client that is still sending would see a broken pipe instead of the reason. Beyond the limits nothing
 * more is read, and the connection stays open for the rest of the time: most clients look for an answer while they wait
 * to send.
 */
export function endUnreadBodies(app: FastifyInstance, bounds: UnreadBodyBounds = unreadBodyBounds): void {
  const room = new RoomForAll(bounds);
  app.addHook("onRequest", ({ raw }, reply, done) => {
    // Otherwise Node keeps reading without limit once the answer is sent, unless reading has begun: `read(0)` counts as
    // that.
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
  // The intended reader of the body no longer takes part: it would keep reading when nobody should.
  request.unpipe().on("data", count).resume();
  const timer = setTimeout(() => request.destroy(), bounds.lingerMs);
  for (const event of ["end", "close"]) request.once(event, () => clearTimeout(timer));
}

/** An allowance for all connections, renewed after each `lingerMs`. */
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
