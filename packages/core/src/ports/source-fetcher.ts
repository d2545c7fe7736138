import { FetchError } from "../remote/fetch-error.ts";
import type { FetchMessage } from "../remote/fetch-message.ts";

/**
 * Fetches from addresses given by users. The only, guarded way out: an adapter refuses every address of its own network
 * that the operator did not allow, even behind a name or redirect, and limits the time, the redirects and the slowness
 * of a source.
 */
export interface SourceFetcher {
  /**
   * Resolves once the source has begun to answer. The signal stays in effect until the bytes are read or closed; its
   * reason is thrown then.
   * @throws {SourceError}
   */
  open(order: SourceOrder, signal: AbortSignal): Promise<OpenedSource>;
}

export interface SourceOrder {
  /** http, https or ftp, as given; credentials in it are used. */
  readonly url: string;
  /**
   * Only sent to the scheme, host and port of `url`: a redirect elsewhere goes without them. Hop-by-hop headers are
   * left out.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first byte wanted. */
  readonly from: number;
  /** From an earlier answer: if the source has changed since, it starts over. */
  readonly version: SourceVersion | undefined;
}

/** Identifies one state of a file at a source. */
export interface SourceVersion {
  /** A strong one. */
  readonly etag: string | undefined;
  /** As sent by the source. */
  readonly modifiedAt: string | undefined;
}

export interface OpenedSource {
  /** The address after redirects, without credentials. */
  readonly url: string;
  /** The first byte sent: the one wanted, or 0 if the source starts over. Equal to the size: no bytes follow. */
  readonly offset: number;
  /** Size of the whole file; undefined if the source does not say. */
  readonly sizeBytes: number | undefined;
  /** The file ends when the connection closes, so a truncated one looks complete. */
  readonly isEndUntold?: boolean;
  /** Without parameters, in lower case. */
  readonly contentType: string | undefined;
  /** The name from Content-Disposition, decoded and otherwise unchanged. */
  readonly fileName: string | undefined;
  readonly version: SourceVersion | undefined;
  /**
   * Can be read once. A chunk is valid until the next one is requested. Ends only at the announced end or, if there is
   * none, when the source closes properly.
   * @throws {SourceError}
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Closes the connection; may be called at any time, even twice. */
  close(): void;
}

/**
 * - `address-invalid`: no http, https or ftp URL, or one that cannot be read; headers that cannot be sent
 * - `address-refused`: leads into a network that the operator did not allow
 * - `host-unknown`, `unreachable`: no such name; nobody answers there, or not by TLS that can be trusted
 * - `refused`: the source says no, or that there is nothing (most of 4xx, an ftp login)
 * - `unavailable`: the source cannot now (5xx, 408, 425, 429)
 * - `redirects`: too many, in a circle, or to nowhere
 * - `broken-off`: ended before its end; `too-slow`: sends nothing or hardly anything
 * - `contradiction`: what came is not what was asked for or announced
 */
export type SourceFailure =
  | "address-invalid"
  | "address-refused"
  | "host-unknown"
  | "unreachable"
  | "refused"
  | "unavailable"
  | "redirects"
  | "broken-off"
  | "too-slow"
  | "contradiction";

/** The message is for whoever gave the address: it does not reveal IP addresses behind a name. */
export class SourceError extends FetchError {
  override name = "SourceError";
  readonly failure: SourceFailure;
  /** Retrying is useless. */
  readonly isFinal: boolean;
  /** When to retry, according to the source; a day at most. */
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: SourceFailure,
    reason: FetchMessage,
    details: { isFinal: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(reason, { cause: details.cause });
    this.failure = failure;
    this.isFinal = details.isFinal;
    this.retryAfterMs = details.retryAfterMs;
  }
}
