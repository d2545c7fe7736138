import { FetchError } from "../remote/fetch-error.ts";
import type { FetchMessage } from "../remote/fetch-message.ts";

/** Opens places elsewhere that whole folders are taken over from. Every call goes out under the rules of `SourceFetcher`. */
export interface ImportSources {
  open(access: ImportAccess): Promise<ImportSource>;
}

/** Where an import comes from, with the secrets it needs. */
export type ImportAccess =
  /** A folder, or single links, of an account on a server that speaks this API. */
  | {
      readonly kind: "account";
      /** Base of its API. */
      readonly url: string;
      readonly apiKey: string;
      readonly path: string;
    }
  | { readonly kind: "links"; readonly url: string; readonly apiKey: string; readonly links: readonly string[] }
  /** The public page of a folder on such a server. It names files alone, fetched by an account there or as anybody may. */
  | {
      readonly kind: "page";
      readonly url: string;
      readonly apiKey: string | undefined;
      readonly password: string | undefined;
    }
  /** A directory listing by nginx, Apache or Python. */
  | { readonly kind: "index"; readonly url: string };

/** One place. All calls of one source account share one pace, also those of other places and before a restart. */
export interface ImportSource {
  /**
   * What lies directly in a folder; without a reference, in the one where the import begins.
   * @throws {ImportSourceError}
   */
  list(reference: string | undefined, signal: AbortSignal): Promise<ImportListing>;
  /**
   * Where the bytes of a file lie now. To be asked just before they are fetched: such addresses end.
   * @throws {ImportSourceError}
   */
  locate(reference: string, signal: AbortSignal): Promise<LocatedSource>;
  /** How long the limits of the source keep two files apart at least, in milliseconds. */
  paceMs(): Promise<number>;
}

export interface ImportListing {
  readonly folders: readonly { readonly reference: string; readonly name: string }[];
  readonly files: readonly ListedSource[];
  /** What is not in it although it lies there; `name` is "" where it has none. */
  readonly lacking: readonly { readonly name: string; readonly reason: FetchMessage }[];
}

export interface LocatedSource {
  readonly url: string;
  /** Where the listing had none. */
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

/** The reason is for whoever ordered the import, and holds no key. */
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
