import type { Writable } from "node:stream";

/** Writes and waits while the other side is behind. False when the stream is closed: nothing more can be written. */
export async function writeInStep(to: Writable, chunk: Uint8Array): Promise<boolean> {
  if (to.destroyed || to.writableEnded) return false;
  if (!to.write(chunk)) await roomOrEnd(to);
  return !to.destroyed;
}

function roomOrEnd(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      to.off("drain", done).off("close", done).off("error", done);
      resolve();
    };
    to.on("drain", done).on("close", done).on("error", done);
  });
}
