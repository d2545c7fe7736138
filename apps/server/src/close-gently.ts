import type { Server } from "node:http";

const LOOK_EVERY_MS = 50;

/** What closes: takes no more connections, and resolves when the last one is gone. */
export interface Closing {
  server: Pick<Server, "closeIdleConnections" | "closeAllConnections">;
  close(): Promise<unknown>;
}

/**
 * Ends connections as their requests end, and all of them after `graceMs`. Again and again: on a busy machine one that
 * the system had taken before may be handed over only then.
 */
export async function closeGently(closing: Closing, graceMs: number): Promise<void> {
  const { server } = closing;
  const mayCloseAllAtMs = performance.now() + graceMs;
  const closeThem = () => {
    if (performance.now() < mayCloseAllAtMs) server.closeIdleConnections();
    else server.closeAllConnections();
  };
  // A connection that is kept alive becomes idle with the end of its last request.
  const tidying = setInterval(closeThem, LOOK_EVERY_MS);
  try {
    await closing.close();
  } finally {
    clearInterval(tidying);
  }
}
