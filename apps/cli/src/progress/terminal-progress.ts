import type { Output, Terminal } from "../command-line/output.ts";
import type { FileProgress, Progress } from "./progress.ts";
import { closingLine, progressLine } from "./progress-line.ts";
import { ProgressState, type RunningFile } from "./progress-state.ts";

const REDRAW_MS = 100;
/** Often enough to show progress, and rarely enough for a log. */
const PLAIN_MS = 60_000;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Progress as far as the output allows: a single updated line on a terminal; elsewhere a line now and then while bytes
 * are transferred, and for pauses, which would look like a hanging program.
 */
export function showProgress(output: Output, options: ProgressOptions = {}): Progress {
  return new LineProgress(output, options.isQuiet ? undefined : output.terminal, options);
}

export interface ProgressOptions {
  isQuiet?: boolean;
  nowMs?: () => number;
  /** Interval between two such lines in a log. */
  plainEveryMs?: number;
}

class LineProgress implements Progress {
  readonly #output: Output;
  readonly #terminal: Terminal | undefined;
  readonly #nowMs: () => number;
  readonly #isQuiet: boolean;
  readonly #state = new ProgressState();
  readonly #startedMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #toldBytes = 0;
  #shown = "";

  constructor(
    output: Output,
    terminal: Terminal | undefined,
    { nowMs = Date.now, isQuiet = false, plainEveryMs = PLAIN_MS }: ProgressOptions,
  ) {
    this.#output = output;
    this.#terminal = terminal;
    this.#nowMs = nowMs;
    this.#isQuiet = isQuiet;
    this.#startedMs = nowMs();
    if (terminal !== undefined) this.#timer = setInterval(() => this.#draw(), REDRAW_MS).unref();
    else if (!isQuiet) this.#timer = setInterval(() => this.#tell(), plainEveryMs).unref();
  }

  expect({ files = 0, bytes = 0 }: { files?: number; bytes?: number }): void {
    this.#state.totalFiles += files;
    this.#state.totalBytes += bytes;
  }

  begin({ name, sizeBytes }: { name: string; sizeBytes: number }): FileProgress {
    const file: RunningFile = { name, sizeBytes, movedBytes: 0, state: undefined };
    this.#state.running.add(file);
    let resumedBytes = 0;
    const withdraw = (): void => {
      this.#state.move(-file.movedBytes, this.#nowMs());
      this.#state.resumedBytes -= resumedBytes;
      resumedBytes = 0;
      file.movedBytes = 0;
      file.state = undefined;
    };
    return {
      resume: (bytes) => {
        resumedBytes += bytes;
        file.movedBytes += bytes;
        this.#state.resumedBytes += bytes;
        this.#state.move(bytes, this.#nowMs());
      },
      add: (bytes) => {
        file.movedBytes += bytes;
        this.#state.move(bytes, this.#nowMs());
      },
      state: (text) => void (file.state = text),
      restart: withdraw,
      done: () => {
        this.#state.running.delete(file);
        this.#state.doneFiles += 1;
      },
      fail: () => {
        withdraw();
        this.#state.running.delete(file);
      },
    };
  }

  count({ files = 0, bytes = 0 }: { files?: number; bytes?: number }): void {
    this.#state.doneFiles += files;
    this.#state.move(bytes, this.#nowMs());
  }

  phase(text: string | undefined): void {
    this.#state.phase = text;
  }

  pause(reason: string, untilMs: number): void {
    const isNews = untilMs > (this.#state.paused?.untilMs ?? 0);
    this.#state.paused = { reason, untilMs };
    if (this.#terminal === undefined && !this.#isQuiet && isNews) {
      this.#output.note(progressLine(this.#state, this.#nowMs(), Infinity));
    }
  }

  retry(reason: string, untilMs: number, attempt: { next: number; most: number }): void {
    if (this.#terminal === undefined || untilMs <= (this.#state.paused?.untilMs ?? 0)) return;
    this.#state.paused = { reason, untilMs, attempt };
    // The wait may be shorter than the time to the next update.
    this.#draw();
  }

  note(line: string): void {
    this.#clear();
    this.#output.note(line);
  }

  clear(): void {
    this.#clear();
  }

  closing({ isVerified }: { isVerified: boolean }): string | undefined {
    if (this.#terminal === undefined) return undefined;
    return closingLine(this.#state, this.#nowMs() - this.#startedMs, isVerified);
  }

  sum(options: { isVerified: boolean }): void {
    const line = this.closing(options);
    if (line !== undefined) this.note(line);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  /** Only if something was transferred since: silence means that nothing was. */
  #tell(): void {
    if (this.#state.movedBytes === this.#toldBytes) return;
    this.#toldBytes = this.#state.movedBytes;
    this.#output.note(progressLine(this.#state, this.#nowMs(), Infinity));
  }

  #draw(): void {
    const line = progressLine(this.#state, this.#nowMs(), this.#terminal?.columns ?? 0);
    if (line === this.#shown) return;
    this.#terminal?.write(`${CLEAR_LINE}${line}`);
    this.#shown = line;
  }

  #clear(): void {
    if (this.#shown !== "") this.#terminal?.write(CLEAR_LINE);
    this.#shown = "";
  }
}
