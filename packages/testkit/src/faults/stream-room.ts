import type { Writable } from "node:stream";

/** Writes, and waits while the other side is slow. False if the stream is closed: nothing more can be written. */
export async function writeInStep(to: Writable, chunk: Uint8Array): Promise<boolean> {
  if (to.destroyed || to.writableEnded) return false;
  await new Promise<void>((resolve) => {
    const done = () => {
      to.off("close", done);
      resolve();
    };
    to.once("close", done);
    // The chunk's own callback, since a request that was already answered has no `drain` any more.
    if (to.write(chunk, done)) done();
  });
  return !to.destroyed;
}
