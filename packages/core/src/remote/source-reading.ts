import { setTimeout as sleep } from "node:timers/promises";
import { type OpenedSource, SourceError, type SourceFetcher, type SourceVersion } from "../ports/source-fetcher.ts";
import type { FetchMessage } from "./fetch-message.ts";
import type { SourceHeader } from "./source-headers.ts";

/** After this many attempts in a row without progress, the job is retried later. */
const FRUITLESS_TRIES = 4;
/** A source that keeps breaking off, or keeps changing, does not hold a slot for ever. */
const MOST_OPENINGS = 60;
const MOST_BEGINNINGS = 4;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20_000;

export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
}

export interface SourceReadingParts {
  sources: SourceFetcher;
  url: string;
  headers: readonly SourceHeader[];
  signal: AbortSignal;
  /**
   * Called before the first byte, and again if the source starts over: everything received before is discarded then.
   */
  begin(opened: OpenedSource): Promise<Sink>;
  /** A returned promise is awaited. */
  progress(received: number, total: number | undefined): Promise<unknown> | undefined;
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Reads a source to its end, resuming where it was interrupted. */
export class SourceReading {
  readonly #parts: SourceReadingParts;
  #sink: Sink | undefined;
  #received = 0;
  #total: number | undefined;
  #version: SourceVersion | undefined;
  #openings = 0;
  #beginnings = 0;
  #fruitless = 0;

  constructor(parts: SourceReadingParts) {
    this.#parts = parts;
  }

  /** @throws {SourceError}, what `begin` and the sink throw, and the reason of the signal */
  async run(): Promise<void> {
    const { signal, pause = pauseFor } = this.#parts;
    for (;;) {
      signal.throwIfAborted();
      const before = this.#received;
      try {
        await this.#readOn();
        return;
      } catch (error) {
        signal.throwIfAborted();
        this.#fruitless = this.#received > before ? 0 : this.#fruitless + 1;
        const pauseMs = this.#pauseAfter(error);
        if (pauseMs === undefined) throw error;
        await pause(pauseMs, signal);
      }
    }
  }

  /** Undefined if there is no point in retrying soon. */
  #pauseAfter(error: unknown): number | undefined {
    if (!(error instanceof SourceError) || error.isFinal || this.#sink === undefined) return undefined;
    if (this.#fruitless >= FRUITLESS_TRIES || this.#openings >= MOST_OPENINGS) return undefined;
    // Without a version from the source, each attempt starts from the beginning, and fails in the same way.
    if (this.#version === undefined && this.#beginnings >= MOST_BEGINNINGS) return undefined;
    const pauseMs = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** this.#fruitless;
    return pauseMs > LONGEST_PAUSE_MS ? undefined : pauseMs;
  }

  async #readOn(): Promise<void> {
    const { sources, url, headers, signal } = this.#parts;
    this.#openings += 1;
    // Without a version from the source, only a complete download is certain to be one file.
    const from = this.#version === undefined ? 0 : this.#received;
    const opened = await sources.open({ url, headers, from, version: this.#version }, signal);
    try {
      const sink = await this.#sinkFor(opened);
      for await (const chunk of opened.bytes) {
        signal.throwIfAborted();
        await sink.write(chunk);
        this.#received += chunk.length;
        const asked = this.#parts.progress(this.#received, this.#total);
        if (asked !== undefined) await asked;
      }
      signal.throwIfAborted();
      this.#requireWhole();
    } finally {
      opened.close();
    }
  }

  async #sinkFor(opened: OpenedSource): Promise<Sink> {
    if (this.#sink !== undefined && opened.offset === this.#received && opened.offset > 0) {
      if (opened.sizeBytes === this.#total || opened.sizeBytes === undefined) return this.#sink;
      this.#version = undefined;
      throw contradiction({ code: "source-changed-length" });
    }
    if (opened.offset !== 0) throw contradiction({ code: "source-other-place" });
    if (this.#beginnings >= MOST_BEGINNINGS) throw contradiction({ code: "source-changed-each-time" });
    this.#beginnings += 1;
    this.#received = 0;
    this.#total = opened.sizeBytes;
    this.#version = opened.version;
    this.#sink = await this.#parts.begin(opened);
    return this.#sink;
  }

  #requireWhole(): void {
    if (this.#total === undefined || this.#total === this.#received) return;
    // More than the whole file cannot be the beginning of it.
    if (this.#received > this.#total) this.#version = undefined;
    throw contradiction({ code: "other-length", announced: this.#total, received: this.#received });
  }
}

/** Treated like a broken connection: the next attempt may deliver what was announced. */
const contradiction = (reason: FetchMessage) => new SourceError("contradiction", reason, { isFinal: false });

const pauseFor = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);
