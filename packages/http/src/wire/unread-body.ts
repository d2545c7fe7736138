import type { FastifyInstance } from "fastify";

/** Time for a client that is still sending to see its answer before its connection is cut. */
const LINGER_MS = 3000;

/**
 * A body nobody waits for any more is read and dropped for a moment, then the connection ends: a client must not hold it
 * by sending on. `Connection: close` would have the socket destroyed with the last byte of the answer, and a client in
 * the middle of its sending would see a broken pipe instead of the reason.
 */
export function endUnreadBodies(app: FastifyInstance): void {
  app.addHook("onResponse", ({ raw }, _reply, done) => {
    if (!raw.complete && !raw.destroyed) {
      raw.resume();
      const timer = setTimeout(() => raw.destroy(), LINGER_MS);
      for (const event of ["end", "close"]) raw.once(event, () => clearTimeout(timer));
    }
    done();
  });
}
