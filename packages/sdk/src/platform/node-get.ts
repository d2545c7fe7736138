import { toNetworkError } from "../calls/connection-errors.ts";
import { NetworkError, TimeoutError } from "../errors.ts";
import { FAR_CONNECTIONS } from "../line-length.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import { type HttpHead, HttpSyntaxError, parseHttpHead } from "./http-head.ts";
import { http } from "./node-http.ts";
import { NodeReceiver } from "./node-receiver.ts";
import { isFaultInCode, sendWithNode } from "./node-request.ts";
import { proxyOf } from "./node-start.ts";
import type { ByteRequest, ByteResponse } from "./platform.ts";

const LONGEST_HEAD = 64 * 1024;
/** As many as one download uses at a time. */
const MOST_RESTING = FAR_CONNECTIONS;
const resting = new Map<string, NodeReceiver[]>();

/** A GET whose answer may be huge. With a proxy or in another runtime, node:http does it. */
export async function getWithNode(request: ByteRequest): Promise<ByteResponse> {
  if (!canReceive() || proxyOf(new URL(request.url)) !== undefined) return sendWithNode(request);
  request.signal?.throwIfAborted();
  const url = new URL(request.url);
  const rested = wakeOne(url.origin);
  if (rested !== undefined) {
    const response = await new Exchange(rested, request, url).answer().catch((error: unknown) => {
      // The server may have closed it at the same moment; a GET can be asked again.
      if (error instanceof NetworkError) return undefined;
      throw error;
    });
    if (response !== undefined) return response;
  }
  return new Exchange(new NodeReceiver(url), request, url).answer();
}

function canReceive(): boolean {
  const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
  const settings: unknown = Reflect.get(http.globalAgent, "options");
  const usesProxy =
    typeof settings === "object" && settings !== null && Reflect.get(settings, "proxyEnv") !== undefined;
  return isNode && !usesProxy;
}

function wakeOne(origin: string): NodeReceiver | undefined {
  for (let found = resting.get(origin)?.pop(); found !== undefined; found = resting.get(origin)?.pop()) {
    found.wakeUp();
    if (found.isUsable) return found;
    found.destroy();
  }
  return undefined;
}

function letRest(receiver: NodeReceiver): void {
  const others = resting.get(receiver.origin) ?? [];
  if (!receiver.isUsable || others.length >= MOST_RESTING) return receiver.destroy();
  resting.set(receiver.origin, [...others, receiver]);
  receiver.rest(() => {
    const left = (resting.get(receiver.origin) ?? []).filter((each) => each !== receiver);
    if (left.length === 0) resting.delete(receiver.origin);
    else resting.set(receiver.origin, left);
  });
}

/** One request and its answer. */
class Exchange {
  readonly #receiver: NodeReceiver;
  readonly #request: ByteRequest;
  readonly #url: URL;
  readonly #stop = () => this.#receiver.destroy(new Error("Aborted."));
  /** The connection is closed, or is used by others. */
  #hasLeft = false;
  /** Bytes that arrived together with the head. */
  #rest: Uint8Array = new Uint8Array();

  constructor(receiver: NodeReceiver, request: ByteRequest, url: URL) {
    this.#receiver = receiver;
    this.#request = request;
    this.#url = url;
    request.signal?.addEventListener("abort", this.#stop, { once: true });
  }

  async answer(): Promise<ByteResponse> {
    try {
      this.#receiver.tellDistance(this.#request.onConnected);
      this.#receiver.send(this.#requestHead());
      let head = await this.#readHead();
      while (head.status < 200) head = await this.#readHead();
      return {
        status: head.status,
        url: this.#request.url,
        header: (name) => head.headers.get(name),
        body: this.#body(head),
        cancel: () => this.#leave(),
      };
    } catch (error) {
      this.#leave();
      throw this.#failureOf(error);
    }
  }

  #requestHead(): string {
    const { headers } = this.#request;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    if (lines.some((line) => /[\r\n]/.test(line))) throw new TypeError("A header must be one line.");
    const keeping = this.#request.keepsAlive === true ? "keep-alive" : "close";
    const target = `${this.#url.pathname}${this.#url.search}`;
    return [`GET ${target} HTTP/1.1`, `host: ${this.#url.host}`, `connection: ${keeping}`, ...lines, "", ""].join(
      "\r\n",
    );
  }

  async #readHead(): Promise<HttpHead> {
    let text = "";
    for (;;) {
      const bytes = this.#rest.byteLength > 0 ? this.#rest : await this.#next(this.#request.answerTimeoutMs);
      if (bytes === undefined) throw new Error("it was closed without an answer");
      this.#rest = new Uint8Array();
      const before = text.length;
      text += Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LONGEST_HEAD)).toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end !== -1) {
        this.#rest = bytes.subarray(end + 4 - before);
        return parseHttpHead(text.slice(0, end));
      }
      if (text.length >= LONGEST_HEAD) throw new HttpSyntaxError("the headers of the answer are too long");
    }
  }

  async *#body(head: HttpHead): AsyncGenerator<Uint8Array, void, undefined> {
    let isWhole = false;
    try {
      if (head.framing.kind === "chunked") yield* this.#chunks();
      else yield* this.#plain(head.framing.kind === "length" ? head.framing.bytes : Infinity);
      isWhole = true;
    } catch (error) {
      throw this.#failureOf(error);
    } finally {
      if (isWhole && head.keepsAlive && this.#rest.byteLength === 0) {
        this.#forget();
        this.#hasLeft = true;
        letRest(this.#receiver);
      } else this.#leave();
    }
  }

  async *#plain(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    let leftBytes = length;
    for (let bytes: Uint8Array | undefined = this.#rest; leftBytes > 0; bytes = await this.#nextOf(leftBytes)) {
      if (bytes === undefined) {
        if (length === Infinity) return;
        throw new Error("it was closed before the end of the answer");
      }
      const part = bytes.subarray(0, leftBytes);
      this.#rest = bytes.subarray(part.byteLength);
      leftBytes -= part.byteLength;
      if (part.byteLength > 0) yield part;
      if (leftBytes === 0) return;
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const decoder = new ChunkedDecoder();
    let bytes: Uint8Array | undefined = this.#rest;
    this.#rest = new Uint8Array();
    for (; ; bytes = await this.#next()) {
      if (bytes === undefined) throw new Error("it was closed before the end of the answer");
      yield* decoder.decode(bytes);
      if (decoder.isDone) return;
    }
  }

  #next(idleTimeoutMs = this.#request.idleTimeoutMs, memory?: Uint8Array): Promise<Uint8Array | undefined> {
    const onSilence = () => new TimeoutError(`Nothing was transferred for ${idleTimeoutMs} ms.`, idleTimeoutMs);
    return this.#receiver.next({ idleTimeoutMs, onSilence }, memory);
  }

  /** For a body of which this many bytes are still missing. */
  #nextOf(leftBytes: number): Promise<Uint8Array | undefined> {
    // Without a known end, nobody can tell which memory will be filled completely.
    const memory = leftBytes === Infinity ? undefined : this.#request.memory?.();
    return this.#next(this.#request.idleTimeoutMs, memory?.subarray(0, leftBytes));
  }

  #forget(): void {
    this.#request.signal?.removeEventListener("abort", this.#stop);
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#forget();
    this.#receiver.destroy();
  }

  #failureOf(error: unknown): unknown {
    if (this.#request.signal?.aborted === true) return this.#request.signal.reason;
    return error instanceof TimeoutError || isFaultInCode(error) ? error : toNetworkError(error, this.#url.host);
  }
}
