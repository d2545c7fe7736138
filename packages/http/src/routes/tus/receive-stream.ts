import type { Actor, IncomingStream, StreamHead } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { receiveBody } from "../upload/receive-body.ts";
import { RightsWatch } from "../upload/rights-watch.ts";
import { UploadHold } from "../upload/upload-hold.ts";
import type { UploadState } from "./tus-answers.ts";
import type { UploadEdge } from "../upload/upload-receiver.ts";

const IDLE_TIMEOUT_MS = 2 * 60_000;
/** As for a whole upload; bytes received by then are kept. */
const TOTAL_TIMEOUT_MS = 4 * 3_600_000;

/**
 * Receives the body of a request as the next bytes of an upload, and creates the file after the last. However it is
 * interrupted, received bytes are durable.
 * @returns the offset of the upload
 */
export async function receiveStream(
  { request, actor, id }: { request: FastifyRequest; actor: Actor; id: string },
  head: StreamHead,
  { services: { streamUploads }, settings, room }: UploadEdge,
): Promise<UploadState> {
  using hold = new UploadHold(room, request);
  const stream = await streamUploads.open(actor, id, head);
  try {
    hold.welcome();
    using watch = new RightsWatch(() => streamUploads.recheck(actor, id), settings.uploadRecheckMs);
    await receive(request, stream, AbortSignal.any([hold.signal, watch.signal, stream.signal]));
    hold.complete();
    await stream.finish();
  } catch (error) {
    await stream.keep();
    throw error;
  }
  return streamUploads.find(actor, id);
}

function receive({ raw }: FastifyRequest, stream: IncomingStream, signal: AbortSignal): Promise<void> {
  return receiveBody(raw, {
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    signal,
    take: (chunk) => stream.write(chunk),
  });
}
