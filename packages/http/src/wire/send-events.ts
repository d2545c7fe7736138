import type { ServerResponse } from "node:http";
import { isTaken } from "./send-chunks.ts";

/** Proxies close what says nothing for a minute, and clients take a stream that says nothing for a dead one. */
const HEARTBEAT_MS = 15_000;
/** Whoever does not read is cut off, and asks for what it missed when it comes back. */
const TAKE_TIMEOUT_MS = 30_000;
/** How soon a browser connects again. */
const RETRY_MS = 2000;

/**
 * Sends events until there are no more or nobody reads them: the next ones are asked for once those before have been handed
 * to the connection. An empty text stands for a while without any.
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
  // A client that leaves is an outcome here, not a fault: `close` follows.
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
