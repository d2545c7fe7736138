import type { EndpointName, endpoints, RequestOf, ResponseOf } from "@consigne/contract";

type Endpoints = typeof endpoints;

export interface CallOptions {
  /** Ends the call, its waiting for the pacer and its retries; the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For one attempt on the wire, in milliseconds. */
  timeoutMs?: number | undefined;
  /** Never answered from memory: waits until the server may be asked again where there is an interval to keep. */
  isFresh?: boolean | undefined;
}

export type CallRequest<Name extends EndpointName> = RequestOf<Endpoints[Name]>;
export type CallAnswer<Name extends EndpointName> = ResponseOf<Endpoints[Name]>;

/** One JSON call of the contract: paced, retried, its refusals thrown as typed errors. Resources are made of these. */
export interface ApiCaller {
  call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options?: CallOptions,
  ): Promise<CallAnswer<Name>>;
  /** The content of a folder changed by something that is no call of this caller, such as an upload. */
  noteChange?(folderId: number): void;
}
