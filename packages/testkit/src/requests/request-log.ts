import type { IncomingMessage } from "node:http";
import type { Clock } from "@consigne/core";
import { type EndpointGroup, endpointOf, type EndpointName } from "./endpoint-of.ts";

/** One request, as the client and the server saw it. Its figures grow while it runs. */
export interface SeenRequest {
  /** 1 for the first since the start. */
  readonly number: number;
  readonly endpoint: EndpointName;
  readonly group: EndpointGroup;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<IncomingMessage["headers"]>;
  /** When it came in, by the server's clock. */
  readonly at: Date;
  /** The client's answer; undefined while there is none, and for good if the connection was cut before. */
  readonly status: number | undefined;
  /** Bytes of the body received from the client. */
  readonly requestBytes: number;
  /** Bytes of the body handed to the client's connection. */
  readonly answerBytes: number;
  /** The kind of fault it met. */
  readonly fault: string | undefined;
  /** The JSON of an API call; undefined for any other body, and for one above 64 KiB. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Which requests are meant: an endpoint, a group, or those for which a function returns true. */
export type RequestFilter = EndpointName | EndpointGroup | ((request: SeenRequest) => boolean);

export function isMeant(filter: RequestFilter, request: SeenRequest): boolean {
  if (typeof filter === "function") return filter(request);
  return request.endpoint === filter || request.group === filter;
}

const MAX_JSON_BYTES = 64 * 1024;

/** Every request since the start or the last `clear`, in order of arrival. */
export class RequestLog implements Iterable<SeenRequest> {
  readonly #clock: Clock;
  #requests: LoggedRequest[] = [];
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param filter every request if absent */
  list(filter?: RequestFilter): SeenRequest[] {
    return this.#requests.filter((each) => filter === undefined || isMeant(filter, each));
  }

  count(filter?: RequestFilter): number {
    return this.list(filter).length;
  }

  /** Forgets the requests so far, so that one step of a test can be counted. */
  clear(): void {
    this.#requests = [];
  }

  [Symbol.iterator](): Iterator<SeenRequest> {
    return this.list()[Symbol.iterator]();
  }

  /** Called only by the fault layer. */
  begin(request: IncomingMessage): LoggedRequest {
    this.#count += 1;
    const seen = new LoggedRequest(this.#count, request, this.#clock.now());
    this.#requests.push(seen);
    return seen;
  }
}

/** The log's own record of a request, which the fault layer updates as things happen. */
export class LoggedRequest implements SeenRequest {
  readonly number: number;
  readonly endpoint: EndpointName;
  readonly group: EndpointGroup;
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly at: Date;
  status: number | undefined;
  requestBytes = 0;
  answerBytes = 0;
  fault: string | undefined;
  #body: Uint8Array[] = [];

  constructor(number: number, request: IncomingMessage, at: Date) {
    const target = request.url ?? "/";
    const { endpoint, group } = endpointOf(target);
    this.number = number;
    this.endpoint = endpoint;
    this.group = group;
    this.method = request.method ?? "GET";
    this.target = target;
    this.headers = request.headers;
    this.at = at;
  }

  get json(): Readonly<Record<string, unknown>> | undefined {
    try {
      return JSON.parse(Buffer.concat(this.#body).toString("utf8")) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }

  took(chunk: Uint8Array): void {
    this.requestBytes += chunk.byteLength;
    if (this.group !== "api") return;
    if (this.requestBytes <= MAX_JSON_BYTES) this.#body.push(chunk);
    else this.#body = [];
  }
}
