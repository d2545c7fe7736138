import type { EndpointName, endpoints, RequestOf, ResponseOf } from "@consigne/contract";

type Endpoints = typeof endpoints;

export interface CallOptions {
  /** Ends the call, its waiting for the pacer and its retries; the call rejects with the signal's reason. */
  signal?: AbortSignal;
  /** For one attempt on the wire. */
  timeoutMs?: number;
}

/** One JSON call of the contract: paced, retried, its refusals thrown as typed errors. Resources are made of these. */
export interface ApiCaller {
  call<Name extends EndpointName>(
    name: Name,
    body: RequestOf<Endpoints[Name]>,
    options?: CallOptions,
  ): Promise<ResponseOf<Endpoints[Name]>>;
}
