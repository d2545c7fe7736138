import type { EndpointName, endpoints, RequestOf, ResponseOf } from "@consigne/contract";

type Endpoints = typeof endpoints;

export interface CallOptions {
  /** Ends the call, including its waits and retries; the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Time limit of one attempt, in milliseconds. */
  timeoutMs?: number | undefined;
  /** Never answers from memory: if the call is limited to once per interval, waits until it is allowed again. */
  isFresh?: boolean | undefined;
  /** Attempts after the first, in place of the client's `retries`. */
  retries?: number | undefined;
  /** Called with the response of a successful call. Not called if the answer comes from memory. */
  onResponse?: ((response: CallResponse) => void) | undefined;
}

/** Options of a call that this library does not know. */
export interface PathCallOptions extends CallOptions {
  /**
   * True if a second call changes nothing, so that it may be repeated when it is not known whether the first was
   * carried out. False by default: it is repeated only if the first certainly did nothing.
   */
  isRepeatable?: boolean | undefined;
}

/** The response of a server, without its body. */
export interface CallResponse {
  status: number;
  headers: Headers;
  /** `X-Request-Id`, by which an operator finds the call in the log. */
  requestId: string | undefined;
  /** How many attempts it took. */
  attempts: number;
  /** An earlier attempt without an answer may already have done what this answer reports as done or missing. */
  isAfterUnclearAttempt: boolean;
}

export type CallRequest<Name extends EndpointName> = RequestOf<Endpoints[Name]>;
export type CallAnswer<Name extends EndpointName> = ResponseOf<Endpoints[Name]>;

/** Reads and writes times in the server's form. Spelled out because it is part of the published types. */
export interface WireTimes {
  readonly zone: string;
  toWire(instant: Date): string;
  fromWire(text: string): Date | undefined;
}

/** One JSON call of the contract: paced, retried, its errors thrown as typed errors. Resources are built on it. */
export interface ApiCaller {
  call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options?: CallOptions,
  ): Promise<CallAnswer<Name>>;
  /** Any call, by its path below the base of the API, such as `file/ls.cgi`. */
  callPath(path: string, body: object, options?: PathCallOptions): Promise<Record<string, unknown>>;
  /** Reports that the contents of a folder changed other than by a call of this caller, such as by an upload. */
  noteChange?(folderId: number): void;
  /** Reads and writes the times of its calls; absent if they are French times. */
  times?(): Promise<WireTimes>;
}
