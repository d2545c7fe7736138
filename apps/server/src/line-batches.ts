import type { DestinationStream } from "pino";

/** About 200 request lines: a write costs as much as some of these calls, however short it is. */
const BATCH_CHARACTERS = 64 * 1024;
const LONGEST_HELD_MS = 1000;

/** The part of pino's file output that is needed here. */
export interface LineOutput extends DestinationStream {
  /** Calls back once everything is written. */
  flush(done?: (error?: Error) => void): void;
  flushSync(): void;
}

/** One listener for all: otherwise a process with many servers, as in tests, would get a leak warning. */
const atEnd = new Set<() => void>();

/**
 * Collects log lines until there are many, for a second at most. The output could do so too, but measures everything it
 * holds again with each line. When the process ends, everything is written.
 */
export class LineBatches implements DestinationStream {
  readonly #output: LineOutput;
  #held = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(output: LineOutput) {
    this.#output = output;
    if (atEnd.size === 0) process.once("exit", () => atEnd.forEach((finish) => finish()));
    atEnd.add(() => {
      this.#handOn();
      output.flushSync();
    });
  }

  write(line: string): void {
    this.#held += line;
    if (this.#held.length >= BATCH_CHARACTERS) return this.#handOn();
    this.#timer ??= setTimeout(() => this.#handOn(), LONGEST_HELD_MS).unref();
  }

  /** Calls back once everything is written. */
  flush(done: () => void): void {
    this.#handOn();
    this.#output.flush(done);
  }

  #handOn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#held;
    this.#held = "";
    if (lines !== "") this.#output.write(lines);
  }
}
