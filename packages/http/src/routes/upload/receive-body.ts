import type { IncomingMessage } from "node:http";
import { MultipartError } from "../../multipart/multipart-error.ts";
import { BodyTimeouts } from "../../multipart/body-timeouts.ts";
import { freeChunk } from "../../multipart/take-in-turn.ts";

export interface BodyOptions {
  /** How long the client may send nothing while we wait for it. */
  idleTimeoutMs: number;
  /** Longest time for the whole body. */
  totalTimeoutMs: number;
  /** Ends it from outside, with the signal's reason. */
  signal: AbortSignal;
  /**
   * Calls never overlap. The chunk's memory is freed when this has resolved, or at once if there is no promise.
   */
  take(chunk: Buffer): Promise<void> | undefined;
}

/**
 * Passes on a body as it arrives, no faster than `take` accepts it. Rejects with the first failure, but never while
 * `take` runs; the rest of the body is not read here then, so the caller can still answer.
 * @throws {MultipartError} for whatever the client did
 */
export function receiveBody(request: IncomingMessage, options: BodyOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { signal } = options;
  let taking: Promise<void> = Promise.resolve();
  let isOver = false;
  let failure: { readonly reason: unknown } | undefined;
  const timeouts = new BodyTimeouts({
    idleMs: options.idleTimeoutMs,
    totalMs: options.totalTimeoutMs,
    onIdle: () => end(() => reject(new MultipartError("idle"))),
    onTotal: () => end(() => reject(new MultipartError("too-slow"))),
  });
  const end = (settle: () => void): void => {
    if (isOver) return;
    isOver = true;
    timeouts.end();
    request.off("data", onData).off("end", onEnd).off("close", onClose);
    // The error listener stays: an unhandled error would end the process.
    signal.removeEventListener("abort", onAbort);
    void taking.then(settle);
  };
  const goOn = (): void => {
    if (isOver) return;
    timeouts.startWaiting();
    request.resume();
  };
  const onData = (chunk: Buffer): void => {
    timeouts.stopWaiting();
    const taken = takeSafely(options, chunk);
    if (taken === undefined) {
      // Stopping the request and starting it again for each chunk would cost as much as storing it.
      freeChunk(chunk);
      if (!isOver) timeouts.startWaiting();
      return;
    }
    request.pause();
    taking = taken
      .then(() => freeChunk(chunk))
      .then(goOn, (reason: unknown) => {
        failure = { reason };
        end(() => reject(reason));
      });
  };
  // It may be emitted while the last chunk is being taken.
  const onEnd = (): void => end(() => (failure === undefined ? resolve() : reject(failure.reason)));
  const onClose = (): void => end(() => reject(new MultipartError("aborted")));
  const onAbort = (): void => end(() => reject(signal.reason));
  request.on("end", onEnd).on("error", onClose).on("close", onClose).on("data", onData);
  signal.addEventListener("abort", onAbort, { once: true });
  timeouts.startWaiting();
  if (request.destroyed) onClose();
  if (signal.aborted) onAbort();
  return promise;
}

/** An error thrown from a listener would end the process. */
function takeSafely(options: BodyOptions, chunk: Buffer): Promise<void> | undefined {
  try {
    return options.take(chunk);
  } catch (error) {
    return rejected(error);
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}
