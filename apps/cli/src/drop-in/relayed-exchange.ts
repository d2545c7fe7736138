import { request as httpRequest } from "node:http";
import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { pipeline } from "node:stream";
import { systemCode } from "@consigne/contract/system-reasons";
import { keepHeadBytes } from "./head-bytes.ts";
import { endToEndHeaders } from "./header-fields.ts";

export type ClientRequestMessage = IncomingMessage | Http2ServerRequest;
export type ClientResponseMessage = ServerResponse | Http2ServerResponse;

/** Where one request goes. `headers` win over those of the client. */
export interface RelayTarget {
  agent: Agent;
  host: string;
  port: number;
  path: string;
  headers: OutgoingHttpHeaders;
}

/** What became of the way to the server: the error that stopped it, or undefined when the server has answered. */
export type RelayObserver = (error: Error | undefined) => void;

const forwardingFields = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/**
 * Carries one request to a server and its answer back, both as streams: neither body is ever held whole, and each
 * side reads only as fast as the other writes. When one side goes away the other is cut as well.
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
    // The client may have left while it was decided whether to let it in; its "close" has been by then.
    if (isGone(this.#response)) return;
    this.#response.once("close", () => this.#upstream?.destroy());
    // Without a listener an aborted upload would end the process; the response's "close" already deals with it.
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
    // Nobody asked for another protocol: the field that asks is not passed on. Without a listener nothing else follows.
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
      // The server believes its own machine about where callers are; a program here must not choose that.
      ...forwardingFields,
      ...lowerCaseNames(this.#target.headers),
    ]);
    Object.assign(headers, this.#target.headers);
    if (this.#expectsContinue) headers.Expect = "100-continue";
    // Of the fields that are left: a client may name its length as one of the connection, and a body without either
    // would be taken for the next request.
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
    // A client told "no" before "100 Continue" keeps its body back; what it sent next would be taken for that body.
    if (!isHttp2(response) && this.#expectsContinue && !this.#continued && !this.#request.complete) {
      headers.Connection = "close";
    }
    try {
      writeHead(response, answer.statusCode ?? 502, answer.statusMessage ?? "", headers);
    } catch (error) {
      // A head Node refuses to pass on must not take the other connections of the program down with it.
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
    // The client gave up, and we cut the connection because of that: nothing is known of the server.
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

  /** A kept connection may have died unnoticed. Sending again is safe only while no byte of a body has left. */
  #maySendAgain(error: Error): boolean {
    if (this.#retried || !this.#upstream?.reusedSocket) return false;
    const code = systemCode(error);
    return (code === "ECONNRESET" || code === "EPIPE") && (!this.#hasBody || !this.#bodyStarted);
  }

  /** Lets the client finish what it is sending, so that it gets to read an early answer instead of a broken pipe. */
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

/** One line of JSON in the envelope of the API. The text holds no `#`, which rclone would read as an error number. */
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
  // Over HTTP/2 the head leaves at once, and has no text beside the status.
  if (isHttp2(response)) return void response.writeHead(status, singleFields(headers));
  if (text === "") response.writeHead(status, headers);
  else response.writeHead(status, text, headers);
  response.flushHeaders();
}

/** Node refuses to repeat over HTTP/2 what should stand once; one line with all the values says the same (RFC 9110, 5.3). */
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
