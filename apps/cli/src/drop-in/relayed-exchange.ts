import { request as httpRequest } from "node:http";
import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { pipeline } from "node:stream";
import { systemCode } from "@consigne/contract/system-reasons";
import { keepHeadBytes } from "./head-bytes.ts";
import { endToEndHeaders } from "./header-fields.ts";

export type ClientRequestMessage = IncomingMessage | Http2ServerRequest;
export type ClientResponseMessage = ServerResponse | Http2ServerResponse;

/** The target of one request. `headers` override those of the client. */
export interface RelayTarget {
  agent: Agent;
  host: string;
  port: number;
  path: string;
  headers: OutgoingHttpHeaders;
}

/** The result of contacting the server: the error, or undefined when the server has answered. */
export type RelayObserver = (error: Error | undefined) => void;

const forwardingFields = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/**
 * Passes one request to a server and its answer back, both as streams: neither body is ever held in full, and each side
 * is read only as fast as the other is written. When one side goes away, the other is closed as well.
 */
export class RelayedExchange {
  readonly #request: ClientRequestMessage;
  readonly #response: ClientResponseMessage;
  readonly #target: RelayTarget;
  readonly #observer: RelayObserver;
  readonly #expectsContinue: boolean;
  readonly #hasBody: boolean;
  #upstream: ClientRequest | undefined;
  #bodyStarted = false;
  #continued = false;
  #answered = false;
  #retried = false;

  constructor(
    client: { request: ClientRequestMessage; response: ClientResponseMessage; expectsContinue: boolean },
    target: RelayTarget,
    observer: RelayObserver,
  ) {
    this.#request = client.request;
    this.#response = client.response;
    this.#expectsContinue = client.expectsContinue;
    this.#target = target;
    this.#observer = observer;
    this.#hasBody = carriesBody(client.request);
  }

  start(): void {
    // The client may have left while its access was checked; its "close" event is over by then.
    if (isGone(this.#response)) return;
    this.#response.once("close", () => this.#upstream?.destroy());
    // Without a listener, an aborted upload would end the process; the response's "close" already handles it.
    this.#request.on("error", () => this.#upstream?.destroy());
    this.#request.once("data", () => (this.#bodyStarted = true));
    this.#request.pause();
    this.#send();
  }

  #send(): void {
    const { agent, host, port, path } = this.#target;
    const upstream = httpRequest({ agent, host, port, path, method: this.#request.method, headers: this.#headers() });
    this.#upstream = upstream;
    upstream.once("socket", keepHeadBytes);
    upstream.on("continue", () => this.#passContinue());
    upstream.on("response", (answer) => this.#passAnswer(answer));
    // The field that requests another protocol is not passed on, so this is unexpected. Without a listener nothing else
    // would follow.
    upstream.on("upgrade", (_answer, socket) => {
      socket.destroy();
      this.#fail(new Error("the server switched to a protocol that was not asked for"));
    });
    upstream.on("error", (error) => this.#fail(error));
    if (this.#hasBody) {
      upstream.flushHeaders();
      this.#request.pipe(upstream);
    } else {
      upstream.end();
    }
  }

  #headers(): OutgoingHttpHeaders {
    const headers = endToEndHeaders(this.#request.rawHeaders, [
      "host",
      "expect",
      // The server trusts its own machine about where callers are; a program here must not choose that.
      ...forwardingFields,
      ...lowerCaseNames(this.#target.headers),
    ]);
    Object.assign(headers, this.#target.headers);
    if (this.#expectsContinue) headers.Expect = "100-continue";
    // Checks the remaining fields: a client may list its length as a connection field, and a body without either would
    // be taken for the next request.
    const hasLength = lowerCaseNames(headers).includes("content-length");
    if (this.#hasBody && !hasLength) headers["Transfer-Encoding"] = "chunked";
    return headers;
  }

  #passContinue(): void {
    this.#continued = true;
    if (this.#expectsContinue && !this.#response.headersSent) this.#response.writeContinue();
  }

  #passAnswer(answer: IncomingMessage): void {
    this.#answered = true;
    this.#observer(undefined);
    const response = this.#response;
    if (isGone(response)) return this.#cut();
    const headers = endToEndHeaders(answer.rawHeaders);
    // A client that is refused before "100 Continue" holds its body back; what it sent next would be taken for that
    // body.
    if (!isHttp2(response) && this.#expectsContinue && !this.#continued && !this.#request.complete) {
      headers.Connection = "close";
    }
    try {
      writeHead(response, answer.statusCode ?? 502, answer.statusMessage ?? "", headers);
    } catch (error) {
      // A head that Node refuses to pass on must not close the program's other connections.
      this.#observer(error instanceof Error ? error : new Error(String(error)));
      answer.destroy();
      return this.#cut();
    }
    pipeline(answer, isHttp2(response) ? response.stream : response, (error) => {
      if (error) this.#cut();
      else this.#drainRequest();
    });
  }

  #fail(error: Error): void {
    if (this.#answered) return;
    // The client gave up, so we closed the connection: this says nothing about the server.
    if (isGone(this.#response)) return;
    this.#request.unpipe();
    if (this.#maySendAgain(error)) {
      this.#retried = true;
      this.#send();
      return;
    }
    this.#observer(error);
    if (this.#response.headersSent) return this.#cut();
    sendRefusal(
      this.#response,
      502,
      "The Consigne server cannot be reached; the request may or may not have been executed. Try again.",
    );
    this.#drainRequest();
  }

  /** A kept-alive connection may have died unnoticed. Sending again is only safe while no byte of a body was sent. */
  #maySendAgain(error: Error): boolean {
    if (this.#retried || !this.#upstream?.reusedSocket) return false;
    const code = systemCode(error);
    return (code === "ECONNRESET" || code === "EPIPE") && (!this.#hasBody || !this.#bodyStarted);
  }

  /** Lets the client finish sending, so that it can read an early answer instead of getting a broken pipe. */
  #drainRequest(): void {
    if (!this.#hasBody || this.#request.complete) return;
    this.#request.unpipe();
    this.#upstream?.destroy();
    this.#request.resume();
  }

  #cut(): void {
    this.#upstream?.destroy();
    if (isHttp2(this.#response)) this.#response.stream.destroy();
    else this.#response.destroy();
  }
}

/** One line of JSON in the API's envelope. The text contains no `#`, which rclone would read as an error number. */
export function sendRefusal(response: ClientResponseMessage, status: number, message: string): void {
  const body = `${JSON.stringify({ message, status: "KO" })}\n`;
  writeHead(response, status, "", {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
  });
  if (isHttp2(response)) response.stream.end(body);
  else response.end(body);
}

function writeHead(response: ClientResponseMessage, status: number, text: string, headers: OutgoingHttpHeaders): void {
  response.sendDate = false;
  // Over HTTP/2 the head is sent at once, and has no text beside the status.
  if (isHttp2(response)) return void response.writeHead(status, singleFields(headers));
  if (text === "") response.writeHead(status, headers);
  else response.writeHead(status, text, headers);
  response.flushHeaders();
}

/**
 * Over HTTP/2 Node refuses to repeat fields that should occur once; one line with all values means the same (RFC 9110,
 * 5.3).
 */
function singleFields(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const single = Object.entries(headers).map(([name, value]) => {
    const isRepeated = Array.isArray(value) && name.toLowerCase() !== "set-cookie";
    return [name, isRepeated ? [...new Set(value)].join(", ") : value];
  });
  return Object.fromEntries(single) as OutgoingHttpHeaders;
}

function isGone(response: ClientResponseMessage): boolean {
  return isHttp2(response) ? response.stream.destroyed : response.destroyed;
}

function isHttp2(response: ClientResponseMessage): response is Http2ServerResponse {
  return response instanceof Http2ServerResponse;
}

function carriesBody(request: ClientRequestMessage): boolean {
  if (request instanceof Http2ServerRequest) return !request.stream.endAfterHeaders;
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

function lowerCaseNames(headers: OutgoingHttpHeaders): string[] {
  return Object.keys(headers).map((name) => name.toLowerCase());
}
