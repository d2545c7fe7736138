import type { ServerResponse } from "node:http";
import type { ReaderPace } from "./reader-pace.ts";

/** Each chunk has to be read within this time; a client that does not read is cut off. */
const CHUNK_TIMEOUT_MS = 30_000;
/** Smaller pieces are joined, because each is waited for. */
const LEAST_CHUNK = 32_768;

/**
 * Sends text while it is produced, the next piece once the previous one was handed to the connection, so that a slow
 * reader takes memory for one piece only. The head must have been written. Closes the connection if the text cannot be
 * completed: a part must not look like the whole. Returns false if the client caused that.
 * @throws what `chunks` throws
 */
export async function sendChunks(
  response: ServerResponse,
  chunks: AsyncIterable<string>,
  options: { chunkTimeoutMs?: number; pace?: ReaderPace } = {},
): Promise<boolean> {
  const { chunkTimeoutMs: timeoutMs = CHUNK_TIMEOUT_MS, pace } = options;
  // A client that leaves is a result here, not an error: `close` follows.
  response.on("error", () => {});
  try {
    let text = "";
    for await (const chunk of chunks) {
      text += chunk;
      if (text.length < LEAST_CHUNK) continue;
      pace?.wait();
      if (!(await isTaken(response, text, timeoutMs))) return false;
      pace?.taken(text.length);
      text = "";
    }
    response.end(text);
    return true;
  } catch (error) {
    // Reading for a client that left may fail because of that.
    const hasLeft = response.destroyed;
    response.destroy();
    if (hasLeft) return false;
    throw error;
  }
}

/** For short texts. */
export async function wholeText(chunks: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return text;
}

/** False if the client left, or did not read it in time and was cut off. */
export function isTaken(response: ServerResponse, chunk: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed || response.socket?.destroyed !== false) return resolve(false);
    const settle = (isWritten: boolean) => {
      clearTimeout(timer);
      response.off("close", onClose);
      resolve(isWritten);
    };
    const onClose = () => settle(false);
    const timer = setTimeout(() => response.destroy(), timeoutMs);
    response.once("close", onClose);
    response.write(chunk, (error) => settle(!error));
  });
}
