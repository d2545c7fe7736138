import type { ServerResponse } from "node:http";
import { isTaken } from "./send-chunks.ts";

/** Proxies close connections that are silent for a minute, and clients give up on silent streams. */
const HEARTBEAT_MS = 15_000;
/** A client that does not read is cut off, and requests what it missed when it reconnects. */
const TAKE_TIMEOUT_MS = 30_000;
/** How soon a browser reconnects. */
const RETRY_MS = 2000;

/**
 * Sends events until there are no more or nobody reads them: the next ones are requested once the previous ones were
 * handed to the connection. An empty text stands for a while without any.
 * @throws what `events` throws
 */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncGenerator<string>,
  {
    heartbeatMs = HEARTBEAT_MS,
    takeTimeoutMs = TAKE_TIMEOUT_MS,
  }: { heartbeatMs?: number; takeTimeoutMs?: number } = {},
): Promise<void> {
  // A client that leaves is a result here, not an error: `close` follows.
  response.on("error", () => {});
  try {
    if (!(await isTaken(response, `retry: ${RETRY_MS}\n\n`, takeTimeoutMs))) return;
    let sentAt = performance.now();
    for await (const text of events) {
      const isQuiet = text === "";
      if (isQuiet && performance.now() - sentAt < heartbeatMs) continue;
      if (!(await isTaken(response, isQuiet ? ":\n\n" : text, takeTimeoutMs))) return;
      sentAt = performance.now();
    }
  } finally {
    await events.return(undefined);
    response.end();
  }
}
