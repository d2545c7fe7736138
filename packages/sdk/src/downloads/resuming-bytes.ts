import { type ByteContext, waitBeforeRetry } from "../byte-context.ts";
import { DownloadFailedError, NetworkError } from "../errors.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import type { ByteRequest } from "../platform/platform.ts";
import type { DirectLinks } from "./direct-links.ts";
import {
  type ByteSpan,
  DOWNLOAD_ENDPOINT,
  LinkRefusedError,
  type RangedAnswer,
  requestSpan,
  ServerBusyError,
} from "./ranged-answer.ts";

/** What must stay the same from one connection to the next. */
export interface RemoteState {
  sizeBytes: number | undefined;
  etag: string | undefined;
  /** If every piece is verified, the tag does not matter. */
  mayChangeTag?: boolean;
}

/** A failure after which another attempt may succeed. */
export const isPassing = (error: unknown): error is Error =>
  error instanceof LinkRefusedError || error instanceof ServerBusyError || isConnectionFailure(error);

/**
 * A range of a remote file that resumes after a cut connection, a server restart or an expired direct link. Bytes of
 * two states of the file are never mixed.
 */
export class ResumingBytes {
  readonly #context: ByteContext;
  readonly #links: DirectLinks;
  readonly #signal: AbortSignal | undefined;
  readonly #end: number | undefined;
  #at: number;
  #link: string | undefined;
  #known: RemoteState;
  /** Where the next bytes should be put. */
  readonly #memory: ByteRequest["memory"];
  readonly #onConnected: ByteRequest["onConnected"];
  /** Attempts since bytes last arrived. */
  #failures = 0;

  constructor(
    context: ByteContext,
    source: { links: DirectLinks; span: ByteSpan; known: RemoteState } & Pick<ByteRequest, "memory" | "onConnected">,
    signal: AbortSignal | undefined,
  ) {
    this.#context = context;
    this.#links = source.links;
    this.#signal = signal;
    this.#at = source.span.start;
    this.#end = source.span.end;
    this.#known = source.known;
    this.#memory = source.memory;
    this.#onConnected = source.onConnected;
  }

  /** The first answer, for its headers. Pass it to `bytes`, or cancel it. */
  async open(): Promise<RangedAnswer> {
    const { waits, isOriginal } = this.#context;
    for (;;) {
      try {
        this.#link ??= await this.#links.current();
        const span = { start: this.#at, end: this.#end };
        const answer = await requestSpan(this.#link, span, {
          waits,
          isOriginal,
          signal: this.#signal,
          memory: this.#memory,
          onConnected: this.#onConnected,
        });
        return this.#checked(answer);
      } catch (error) {
        await this.#prepareNext(error);
      }
    }
  }

  /** All bytes of the range, or an error after those that arrived. */
  async *bytes(first?: RangedAnswer): AsyncGenerator<Uint8Array, void, undefined> {
    let answer = first;
    for (;;) {
      answer ??= await this.open();
      const end = this.#end === undefined ? answer.end : Math.min(this.#end, answer.sizeBytes ?? this.#end);
      try {
        for await (const chunk of answer.body) {
          const wanted = end === undefined ? chunk : chunk.subarray(0, end - this.#at);
          this.#at += wanted.byteLength;
          this.#failures = 0;
          yield wanted;
          // A body read to its own end leaves the connection usable.
          if (end !== undefined && this.#at >= end && answer.end !== end) return;
        }
        if (end === undefined || this.#at >= end) return;
        throw new NetworkError("The connection was closed before the end of the file.");
      } catch (error) {
        await this.#prepareNext(error);
      } finally {
        answer.cancel();
      }
      answer = undefined;
    }
  }

  /** Returns if another attempt makes sense, else throws. */
  async #prepareNext(error: unknown): Promise<void> {
    this.#signal?.throwIfAborted();
    if (!isPassing(error) || this.#failures >= this.#context.retries) throw error;
    await waitBeforeRetry(
      this.#context,
      { endpoint: DOWNLOAD_ENDPOINT, failures: this.#failures, error },
      this.#signal,
    );
    this.#failures += 1;
    // The link may be the cause although nothing says so, if it keeps failing.
    const isLinkDoubtful = error instanceof LinkRefusedError || this.#failures > 1;
    if (isLinkDoubtful && this.#link !== undefined) this.#link = await this.#links.replace(this.#link);
    else this.#link = undefined;
  }

  #checked(answer: RangedAnswer): RangedAnswer {
    const { sizeBytes, etag, mayChangeTag = false } = this.#known;
    const hasChanged =
      (sizeBytes !== undefined && answer.sizeBytes !== undefined && answer.sizeBytes !== sizeBytes) ||
      (!mayChangeTag && etag !== undefined && answer.etag !== undefined && answer.etag !== etag);
    if (hasChanged) {
      answer.cancel();
      throw new DownloadFailedError("The file on the server changed during the download.");
    }
    this.#known = { sizeBytes: sizeBytes ?? answer.sizeBytes, etag: etag ?? answer.etag, mayChangeTag };
    return answer;
  }
}
