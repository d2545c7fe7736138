import { FetchError } from "../remote/fetch-error.ts";
import type { FetchMessage } from "../remote/fetch-message.ts";

/** Opens remote sources from which whole folders are imported. Every call follows the rules of `SourceFetcher`. */
export interface ImportSources {
  open(access: ImportAccess): Promise<ImportSource>;
}

/** The source of an import, with its secrets. */
export type ImportAccess =
  /** A folder, or single links, of an account on a server with the 1fichier.com API. */
  | {
      readonly kind: "account";
      /** Base URL of its API. */
      readonly url: string;
      readonly apiKey: string;
      readonly path: string;
    }
  | { readonly kind: "links"; readonly url: string; readonly apiKey: string; readonly links: readonly string[] }
  /**
   * The public page of a folder on such a server. It only lists files, which are fetched with an account there or as a
   * guest.
   */
  | {
      readonly kind: "page";
      readonly url: string;
      readonly apiKey: string | undefined;
      readonly password: string | undefined;
    }
  /** A directory listing by nginx, Apache or Python. */
  | { readonly kind: "index"; readonly url: string };

/** One source. All calls for one source account share one pace, across sources and restarts. */
export interface ImportSource {
  /**
   * The contents of a folder; without a reference, of the folder where the import begins.
   * @throws {ImportSourceError}
   */
  list(reference: string | undefined, signal: AbortSignal): Promise<ImportListing>;
  /**
   * The current download address of a file. Call just before fetching, because such addresses expire.
   * @throws {ImportSourceError}
   */
  locate(reference: string, signal: AbortSignal): Promise<LocatedSource>;
  /** The shortest time between two files that the limits of the source allow, in milliseconds. */
  paceMs(): Promise<number>;
}

export interface ImportListing {
  readonly folders: readonly { readonly reference: string; readonly name: string }[];
  readonly files: readonly ListedSource[];
  /** Entries that exist but could not be listed; `name` is "" if unknown. */
  readonly lacking: readonly { readonly name: string; readonly reason: FetchMessage }[];
}

export interface LocatedSource {
  readonly url: string;
  /** Given if the listing had none. */
  readonly whirlpool?: string | undefined;
}

export interface ListedSource {
  readonly reference: string;
  readonly name: string;
  readonly sizeBytes: number | undefined;
  /** 128 lower-case hexadecimal digits. */
  readonly whirlpool: string | undefined;
}

/**
 * - `locked`: the source locks its caller out until `retryAfterMs` have passed
 * - `unavailable`: no answer, or a server in trouble
 * - `denied`: the key is no key, or may not do this; nothing of the import can go on
 * - `missing`: this folder or file is not there, or not for this caller
 */
export type ImportFailure = "locked" | "unavailable" | "denied" | "missing";

/** The message is for the person who ordered the import, and contains no key. */
export class ImportSourceError extends FetchError {
  override name = "ImportSourceError";
  readonly failure: ImportFailure;
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: ImportFailure,
    reason: FetchMessage,
    more: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(reason, { cause: more.cause });
    this.failure = failure;
    this.retryAfterMs = more.retryAfterMs;
  }
}
