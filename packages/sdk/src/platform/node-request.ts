import type { ClientRequest, IncomingMessage } from "node:http";
import { toNetworkError } from "../calls/connection-errors.ts";
import { TimeoutError } from "../errors.ts";
import { BodySender, SourceFailure } from "./node-body-sender.ts";
import { watchConnecting } from "./node-connecting.ts";
import { nameProxy, proxyOf, startRequest } from "./node-start.ts";
import type { ByteRequest, ByteResponse } from "./platform.ts";

/**
 * One request over node:http: fetch of Node 24 keeps a whole request body in memory. The answer is accepted whenever it
 * comes, also while the body is still being sent; the rest of the body is then not sent.
 */
export async function sendWithNode(request: ByteRequest): Promise<ByteResponse> {
  request.signal?.throwIfAborted();
  const running = open(request);
  const { outgoing } = running;
  const stopBy = () => outgoing.destroy(new Error("Aborted."));
  request.signal?.addEventListener("abort", stopBy, { once: true });
  const forget = () => request.signal?.removeEventListener("abort", stopBy);
  try {
    const answered = await answerTo(running, request);
    answered.once("close", forget);
    return new NodeResponse(answered, running, request);
  } catch (error) {
    forget();
    outgoing.destroy();
    throw failureOf(error, running, request);
  }
}

interface Running {
  outgoing: ClientRequest;
  /** Set if the request was ended by its timeout. */
  timeout?: TimeoutError;
}

function open(request: ByteRequest): Running {
  const url = new URL(request.url);
  const { body } = request;
  const outgoing = startRequest(url, {
    method: request.method,
    headers: {
      ...request.headers,
      ...(body === undefined ? {} : { "content-length": String(body.sizeBytes) }),
      ...(request.keepsAlive === true ? {} : { connection: "close" }),
    },
  });
  // Failures are read from the promises below; one that comes after the answer must not end the process.
  outgoing.on("error", () => {});
  outgoing.setNoDelay(true);
  if (request.onConnected !== undefined && proxyOf(url) === undefined) watchConnecting(outgoing, request.onConnected);
  return { outgoing };
}

async function answerTo(running: Running, request: ByteRequest): Promise<IncomingMessage> {
  const { outgoing } = running;
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
    outgoing.once("close", () => reject(new Error("it was closed without an answer")));
  });
  // The body may fail first; this promise then fails too, unobserved.
  answered.catch(() => undefined);
  limitSilence(running, request.idleTimeoutMs, () => true);
  const sender = new BodySender(outgoing);
  let hasAnswer = false;
  const hasLeft = () => {
    if (!hasAnswer) limitSilence(running, request.answerTimeoutMs, () => true);
  };
  const sent = sender.send(request.body).then(hasLeft);
  sent.catch(() => undefined);
  const first = await Promise.race([answered, sent.then(() => answered)]);
  hasAnswer = true;
  // An answer to half a request is an answer; nobody needs the rest of the body.
  if (request.isAnsweredMeanwhile !== true || first.statusCode !== 200) sender.stop();
  limitSilence(running, request.idleTimeoutMs, () => first.readableLength < first.readableHighWaterMark);
  return first;
}

/** Silence counts only while we are waiting: `isOurWait` is false when our own reader is the slow one. */
function limitSilence(running: Running, timeoutMs: number, isOurWait: () => boolean): void {
  const { outgoing } = running;
  outgoing.removeAllListeners("timeout");
  outgoing.setTimeout(timeoutMs);
  outgoing.on("timeout", () => {
    if (!isOurWait()) return;
    running.timeout = new TimeoutError(`Nothing was transferred for ${timeoutMs} ms.`, timeoutMs);
    outgoing.destroy(running.timeout);
  });
}

class NodeResponse implements ByteResponse {
  readonly status: number;
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly #incoming: IncomingMessage;

  constructor(incoming: IncomingMessage, running: Running, request: ByteRequest) {
    this.status = incoming.statusCode ?? 0;
    this.url = request.url;
    this.#incoming = incoming;
    this.body = readBody(incoming, running, request);
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  cancel(): void {
    this.#incoming.on("error", () => {});
    this.#incoming.destroy();
  }
}

async function* readBody(
  incoming: IncomingMessage,
  running: Running,
  request: ByteRequest,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) yield chunk;
    if (!incoming.complete) throw new Error("it was closed before the end of the answer");
  } catch (error) {
    throw failureOf(error, running, request);
  } finally {
    // A request that was answered before its end stays unfinished, and so does its connection.
    if (!incoming.complete || !running.outgoing.writableEnded) running.outgoing.destroy();
  }
}

function failureOf(error: unknown, running: Running, request: ByteRequest): unknown {
  if (request.signal?.aborted === true) return request.signal.reason;
  if (running.timeout !== undefined) return running.timeout;
  if (error instanceof SourceFailure) return error.cause;
  if (isFaultInCode(error)) return error;
  const url = new URL(request.url);
  return toNetworkError(nameProxy(error, url), url.host);
}

/** A network never throws these; taken for network errors, they would be retried until somebody gives up waiting. */
export const isFaultInCode = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
