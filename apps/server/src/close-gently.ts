import type { Server } from "node:http";

const LOOK_EVERY_MS = 50;

/** Something that closes: it accepts no more connections, and resolves when the last one is gone. */
export interface Closing {
  server: Pick<Server, "closeIdleConnections" | "closeAllConnections">;
  close(): Promise<unknown>;
}

/**
 * Ends connections as their requests end, and all of them after `graceMs`. Repeats this: on a busy machine, the system
 * may hand over accepted connections late.
 */
export async function closeGently(closing: Closing, graceMs: number): Promise<void> {
  const { server } = closing;
  const mayCloseAllAtMs = performance.now() + graceMs;
  const closeThem = () => {
    if (performance.now() < mayCloseAllAtMs) server.closeIdleConnections();
    else server.closeAllConnections();
  };
  // A keep-alive connection becomes idle when its last request ends.
  const tidying = setInterval(closeThem, LOOK_EVERY_MS);
  try {
    await closing.close();
  } finally {
    clearInterval(tidying);
  }
}
