import assert from "node:assert/strict";
import {
  type OpenedSource,
  SourceError,
  type SourceFailure,
  type SourceFetcher,
  type SourceOrder,
} from "@consigne/core";
import { createSourceFetcher } from "@consigne/fetch";

export type FetcherOptions = Parameters<typeof createSourceFetcher>[0];

/** Stands for the internet: the only local address that may be fetched from. */
export const PUBLIC = "127.0.0.1";
/** Stands for addresses that must not be reached. */
export const PRIVATE = "127.0.0.2";

export function testFetcher(options: Partial<FetcherOptions> = {}): SourceFetcher {
  return createSourceFetcher({ allow: [PUBLIC], ownNetworks: () => [], ...options });
}

export function order(url: string, more: Partial<SourceOrder> = {}): SourceOrder {
  return { url, headers: [], from: 0, version: undefined, ...more };
}

export interface Fetched extends Omit<OpenedSource, "bytes" | "close"> {
  body: string;
}

/** The whole body as Latin-1. */
export async function fetchAll(
  fetcher: SourceFetcher,
  ordered: SourceOrder | string,
  signal: AbortSignal = new AbortController().signal,
): Promise<Fetched> {
  const opened = await fetcher.open(typeof ordered === "string" ? order(ordered) : ordered, signal);
  const { bytes, close: _, ...about } = opened;
  const chunks: Buffer[] = [];
  // Copied, because a chunk is only valid until the next one.
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return { ...about, body: Buffer.concat(chunks).toString("latin1") };
}

/** The error a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<SourceError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok("error" in outcome, `should have failed: ${JSON.stringify(outcome)}`);
  const { error } = outcome;
  assert.ok(error instanceof SourceError, error instanceof Error ? error.stack : String(error));
  return error;
}

export async function assertFails(
  promise: Promise<unknown>,
  failure: SourceFailure,
  hint?: string,
): Promise<SourceError> {
  const error = await failureOf(promise);
  assert.equal(error.failure, failure, `${hint ?? ""} ${error.message}`);
  return error;
}

/** Resolves once the condition holds, for effects the other end of a connection notices later. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition())
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
}
