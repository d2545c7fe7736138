import type { Output, Terminal } from "../command-line/output.ts";
import type { FileProgress, Progress } from "./progress.ts";
import { progressLine } from "./progress-line.ts";
import { ProgressState, type RunningFile } from "./progress-state.ts";

const REDRAW_MS = 100;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Progress as far as the output allows: one moving line on a terminal; elsewhere nothing but pauses, which would look
 * like a program that hangs.
 */
export function showProgress(output: Output, options: { isQuiet?: boolean; nowMs?: () => number } = {}): Progress {
  const terminal = options.isQuiet ? undefined : output.terminal;
  return new LineProgress(output, terminal, options.nowMs ?? Date.now, options.isQuiet ?? false);
}

class LineProgress implements Progress {
  readonly #output: Output;
  readonly #terminal: Terminal | undefined;
  readonly #nowMs: () => number;
  readonly #isQuiet: boolean;
  readonly #state = new ProgressState();
  readonly #timer: NodeJS.Timeout | undefined;
  #shown = "";

  constructor(output: Output, terminal: Terminal | undefined, nowMs: () => number, isQuiet: boolean) {
    this.#output = output;
    this.#terminal = terminal;
    this.#nowMs = nowMs;
    this.#isQuiet = isQuiet;
    this.#timer = terminal === undefined ? undefined : setInterval(() => this.#draw(), REDRAW_MS).unref();
  }

  expect({ files = 0, bytes = 0 }: { files?: number; bytes?: number }): void {
    this.#state.totalFiles += files;
    this.#state.totalBytes += bytes;
  }

  begin({ name, sizeBytes }: { name: string; sizeBytes: number }): FileProgress {
    const file: RunningFile = { name, sizeBytes, movedBytes: 0, state: undefined };
    this.#state.running.add(file);
    const withdraw = (): void => {
      this.#state.move(-file.movedBytes, this.#nowMs());
      file.movedBytes = 0;
      file.state = undefined;
    };
    return {
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

  note(line: string): void {
    this.#clear();
    this.#output.note(line);
  }

  clear(): void {
    this.#clear();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
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
