import { FetchError } from "../remote/fetch-error.ts";
import type { FetchMessage } from "../remote/fetch-message.ts";

/**
 * Fetches what lies at an address that somebody gave. The one guarded way out: an adapter refuses every address of
 * its own network that the operator did not allow, also where a name or a redirect leads to one, and bounds the time,
 * the redirects and the slowness of a source.
 */
export interface SourceFetcher {
  /**
   * Resolves once the source has begun to answer. The signal holds until the bytes are read or closed; its reason is
   * what is thrown then.
   * @throws {SourceError}
   */
  open(order: SourceOrder, signal: AbortSignal): Promise<OpenedSource>;
}

export interface SourceOrder {
  /** http, https or ftp, as it was given; a login in it is used. */
  readonly url: string;
  /**
   * For scheme, host and port of `url` alone: a redirect to another one goes without them. Those that are the
   * connection's or a proxy's business are left out.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first byte that is wanted. */
  readonly from: number;
  /** What an earlier answer was: a source that has something else by now starts over. */
  readonly version: SourceVersion | undefined;
}

/** By what a source tells one state of a file from another. */
export interface SourceVersion {
  /** A strong one. */
  readonly etag: string | undefined;
  /** As the source wrote it. */
  readonly modifiedAt: string | undefined;
}

export interface OpenedSource {
  /** Where the redirects ended, without a login. */
  readonly url: string;
  /** The first byte that comes: the one that was wanted, or 0 where the source starts over. Equal to the size: none does. */
  readonly offset: number;
  /** Of the whole; undefined where the source does not say. */
  readonly sizeBytes: number | undefined;
  /** Nothing says where it ends but the end of the connection: one that was cut looks the same. */
  readonly isEndUntold?: boolean;
  /** Without parameters, in lower case. */
  readonly contentType: string | undefined;
  /** As the source calls it (Content-Disposition), decoded and otherwise untouched. */
  readonly fileName: string | undefined;
  readonly version: SourceVersion | undefined;
  /**
   * To be read once. A chunk is good until the next one is asked for. Ends only where the source said that its file
   * ends, or, where it said nothing, where it closed in good order.
   * @throws {SourceError}
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Ends the connection; may be called at any time, twice too. */
  close(): void;
}

/**
 * - `address-invalid`: no http, https or ftp address, or one that cannot be read; headers that cannot be sent
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

/** The reason is for whoever gave the address: it names no address that a name led to. */
export class SourceError extends FetchError {
  override name = "SourceError";
  readonly failure: SourceFailure;
  /** Trying again is useless. */
  readonly isFinal: boolean;
  /** When the source said to come again; a day at most. */
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
