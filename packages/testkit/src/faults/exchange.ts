import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as startRequest,
  type ServerResponse,
} from "node:http";
import { buffer as bufferOf } from "node:stream/consumers";
import type { LoggedRequest } from "../requests/request-log.ts";
import { sendCanned } from "./canned-answer.ts";
import { changeBody, firstBytes } from "./change-body.ts";
import type { Fault } from "./fault.ts";
import { headerLines, withLength } from "./header-lines.ts";
import { bytesOf } from "./message-bytes.ts";
import { writeInStep } from "./stream-room.ts";

/** Where the server actually listens. */
export interface Target {
  host: string;
  port: number;
  agent: Agent;
}

interface ExchangeInput {
  request: IncomingMessage;
  response: ServerResponse;
  seen: LoggedRequest;
  what: Fault | undefined;
  target: Target;
  /** The client waits for `100 Continue` before it sends its body. */
  expectsContinue: boolean;
}

/** One request on its way to the server and its answer on its way back, with at most one fault. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #seen: LoggedRequest;
  readonly #what: Fault | undefined;
  readonly #target: Target;
  readonly #expectsContinue: boolean;

  constructor(input: ExchangeInput) {
    this.#request = input.request;
    this.#response = input.response;
    this.#seen = input.seen;
    this.#what = input.what;
    this.#target = input.target;
    this.#expectsContinue = input.expectsContinue;
  }

  /** Resolves when the answer was handed on or a connection broke; never rejects. */
  async run(): Promise<void> {
    const what = this.#what;
    this.#seen.fault = what?.kind;
    try {
      if (what?.kind === "cut-before-request") return this.#reset();
      if (what?.kind === "answer" && what.moment !== "after-handling") {
        if (what.moment === "after-request") await this.#readAll();
        return await this.#sendCanned();
      }
      if (what?.kind === "hold-request") await what.gate.pass();
      await this.#relay();
    } catch {
      // One of the connections broke without a fault: the client gets what the server had sent before, and then the
      // same end.
      this.#reset();
    }
  }

  async #relay(): Promise<void> {
    const upstream = this.#startUpstream();
    // The client may leave at any moment, also while nothing is sent either way.
    const onGone = () => {
      if (!this.#response.writableFinished) upstream.destroy();
    };
    this.#response.once("close", onGone);
    if (this.#response.destroyed) onGone();
    const answered = answerOf(upstream);
    const wasSent = this.#sendBody(upstream);
    try {
      const answer = await answered;
      await this.#sendAnswer(answer);
    } finally {
      await wasSent;
    }
  }

  #startUpstream(): ClientRequest {
    const { host, port, agent } = this.#target;
    const upstream = startRequest({
      host,
      port,
      agent,
      method: this.#request.method,
      path: this.#request.url,
      headers: headerLines(this.#request),
      setHost: false,
    });
    upstream.once("socket", (socket) => socket.setDefaultEncoding("latin1"));
    upstream.on("continue", () => this.#response.writeContinue());
    // The error is handled where the answer is awaited.
    upstream.on("error", () => undefined);
    return upstream;
  }

  /** Never rejects: the server may answer and stop reading before it has received everything. */
  async #sendBody(upstream: ClientRequest): Promise<void> {
    const limitBytes = this.#what?.kind === "cut-in-request" ? this.#what.afterBytes : Infinity;
    let sentBytes = 0;
    try {
      for await (const chunk of bytesOf(this.#request)) {
        this.#seen.took(chunk);
        const rest = chunk.subarray(0, limitBytes - sentBytes);
        sentBytes += rest.byteLength;
        if (!(await writeInStep(upstream, rest))) return this.#ignoreRest();
        if (sentBytes >= limitBytes) return this.#cutBoth(upstream);
      }
      upstream.end();
    } catch {
      upstream.destroy();
    }
  }

  /** The server should receive what was sent, so the connection ends after the bytes: a reset would overtake them. */
  #cutBoth(upstream: ClientRequest): void {
    upstream.socket?.destroySoon();
    this.#reset();
  }

  async #sendAnswer(answer: IncomingMessage): Promise<void> {
    const what = this.#what;
    if (what?.kind === "cut-before-answer" || what?.kind === "answer") {
      await drain(answer);
      return what.kind === "answer" ? this.#sendCanned() : this.#reset();
    }
    if (what?.kind === "hold-answer") await what.gate.pass();
    if (what?.kind === "repeat-answer") return this.#sendTwice(answer);
    this.#writeHead(answer);
    const isCut = what?.kind === "cut-in-answer";
    await this.#writeBody(isCut ? firstBytes(bytesOf(answer), what.afterBytes) : changeBody(bytesOf(answer), what));
    if (isCut) {
      answer.destroy();
      return this.#endConnection();
    }
    // Cut short on purpose: the rest is not needed, and must not hold the connection to the server.
    if (what?.kind === "truncate") answer.destroy();
    this.#response.end();
    if (what?.kind === "claim-length") this.#endConnection();
  }

  #writeHead(answer: IncomingMessage): void {
    const lines = headerLines(answer);
    const sizeBytes = Number(answer.headers["content-length"] ?? Infinity);
    const what = this.#what;
    const isShort = what?.kind === "truncate" && what.sizeBytes < sizeBytes;
    const headers = what?.kind === "claim-length" || isShort ? withLength(lines, what.sizeBytes) : lines;
    this.#response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    this.#response.flushHeaders();
    this.#seen.status = answer.statusCode;
  }

  async #writeBody(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      if (!(await writeInStep(this.#response, chunk))) return;
      this.#seen.answerBytes += chunk.byteLength;
    }
  }

  async #sendTwice(answer: IncomingMessage): Promise<void> {
    const body = await bufferOf(bytesOf(answer));
    const headers = withLength(headerLines(answer), body.byteLength);
    const status = answer.statusCode ?? 502;
    const { socket } = this.#response;
    this.#seen.status = status;
    this.#seen.answerBytes = 2 * body.byteLength;
    this.#response.writeHead(status, answer.statusMessage, headers).end(body);
    const lines = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value) => `${name}: ${value}\r\n`),
    );
    socket?.write(`HTTP/1.1 ${status} ${answer.statusMessage ?? ""}\r\n${lines.join("")}\r\n`, "latin1");
    socket?.write(body);
  }

  async #sendCanned(): Promise<void> {
    if (this.#what?.kind !== "answer") return;
    const { answer } = this.#what;
    this.#seen.status = answer.status ?? 200;
    this.#seen.answerBytes = await sendCanned(this.#response, answer);
  }

  async #readAll(): Promise<void> {
    if (this.#expectsContinue) this.#response.writeContinue();
    for await (const chunk of bytesOf(this.#request)) this.#seen.took(chunk);
  }

  /**
   * The server has stopped reading. The client may continue to send until it has read the answer; then it is cut off
   * here too.
   */
  #ignoreRest(): void {
    if (this.#response.writableFinished) this.#request.socket.destroy();
    else this.#request.resume();
  }

  /** What was written arrives, then the connection ends. */
  #endConnection(): void {
    this.#response.socket?.destroySoon();
  }

  /** The client sees `ECONNRESET`. */
  #reset(): void {
    this.#request.socket.resetAndDestroy();
  }
}

function answerOf(upstream: ClientRequest): Promise<IncomingMessage> {
  const answered = Promise.withResolvers<IncomingMessage>();
  upstream.once("response", answered.resolve);
  upstream.once("error", answered.reject);
  upstream.once("close", () => answered.reject(new Error("The server closed the connection without an answer.")));
  return answered.promise;
}

async function drain(message: IncomingMessage): Promise<void> {
  const bytes = bytesOf(message);
  while ((await bytes.next()).done !== true);
}
