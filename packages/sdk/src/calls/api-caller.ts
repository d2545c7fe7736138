import type { EndpointName, endpoints, RequestOf, ResponseOf } from "@consigne/contract";

type Endpoints = typeof endpoints;

export interface CallOptions {
  /** Ends the call, its waiting for the pacer and its retries; the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For one attempt on the wire, in milliseconds. */
  timeoutMs?: number | undefined;
  /** Never answered from memory: waits until the server may be asked again where there is an interval to keep. */
  isFresh?: boolean | undefined;
  /** Attempts after the first, in place of the client's `retries`. */
  retries?: number | undefined;
  /** Told of the answer a success came in. Not called where the answer comes from memory. */
  onResponse?: ((response: CallResponse) => void) | undefined;
}

/** For a call that this library does not know. */
export interface PathCallOptions extends CallOptions {
  /**
   * A second call changes nothing, so it may be made again when nobody knows if the first was carried out. False by
   * default: it is made again only when the first certainly did nothing.
   */
  isRepeatable?: boolean | undefined;
}

/** The answer of a server, besides its body. */
export interface CallResponse {
  status: number;
  headers: Headers;
  /** `X-Request-Id`: what an operator finds the call by. */
  requestId: string | undefined;
  /** Attempts it took. */
  attempts: number;
  /** An earlier attempt, whose end nobody saw, may have done already what this one was told is done or not there. */
  isAfterUnclearAttempt: boolean;
}

export type CallRequest<Name extends EndpointName> = RequestOf<Endpoints[Name]>;
export type CallAnswer<Name extends EndpointName> = ResponseOf<Endpoints[Name]>;

/** Reads and writes times as a server tells them. Spelled out, as it is a part of the published types. */
export interface WireTimes {
  readonly zone: string;
  toWire(instant: Date): string;
  fromWire(text: string): Date | undefined;
}

/** One JSON call of the contract: paced, retried, its refusals thrown as typed errors. Resources are made of these. */
export interface ApiCaller {
  call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options?: CallOptions,
  ): Promise<CallAnswer<Name>>;
  /** A call of the wire by its path below the base of the API, such as `file/ls.cgi`. */
  callPath(path: string, body: object, options?: PathCallOptions): Promise<Record<string, unknown>>;
  /** The content of a folder changed by something that is no call of this caller, such as an upload. */
  noteChange?(folderId: number): void;
  /** Reads and writes the times of its calls; absent for French ones. */
  times?(): Promise<WireTimes>;
}
