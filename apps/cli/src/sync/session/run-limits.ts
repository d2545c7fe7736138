import { counted, formatBytes, parseDuration, parseSize } from "../../command-line/amounts.ts";
import { CliError } from "../../command-line/errors.ts";
import { exitCodes } from "../../command-line/exit-codes.ts";
import type { OptionSpec, ValuesOf } from "../../command-line/option.ts";

export const limitOptions = [
  {
    flags: "--max-transfer <size>",
    description: "transfer at most this much, such as 10G; the rest is left for the next run",
    parse: parseSize,
  },
  {
    flags: "--max-duration <time>",
    description: "stop after this time, such as 90m or 8h; run it again for the rest",
    parse: parseDuration,
  },
] as const satisfies readonly OptionSpec[];
export type LimitValues = ValuesOf<typeof limitOptions>;

/** Limits how much one run may transfer, and for how long. The rest is left to the next run. */
export class RunLimits implements Disposable {
  /** Aborted by Ctrl-C, or when the time is over. */
  readonly signal: AbortSignal;
  readonly #mostBytes: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #begunBytes = 0;
  #leftFiles = 0;
  #leftBytes = 0;

  constructor({ maxTransfer, maxDuration: duration }: Partial<LimitValues>, interrupted: AbortSignal) {
    this.#mostBytes = maxTransfer ?? Infinity;
    if (duration === undefined) {
      this.signal = interrupted;
      return;
    }
    const ending = new AbortController();
    // The longest time that a timer supports; a run that goes on for weeks does not need a limit.
    this.#timer = setTimeout(() => ending.abort(timeIsOver()), Math.min(duration, 2 ** 31 - 1));
    this.signal = AbortSignal.any([interrupted, ending.signal]);
  }

  /** Whether a file of this size may begin; if so, it counts. */
  readonly mayBegin = (sizeBytes: number): boolean => {
    if (this.#begunBytes + sizeBytes > this.#mostBytes) return false;
    this.#begunBytes += sizeBytes;
    return true;
  };

  /** Records a file that may not begin, for the final report. */
  leave(sizeBytes: number): void {
    this.#leftFiles += 1;
    this.#leftBytes += sizeBytes;
  }

  /** The final report; undefined if nothing was left. */
  get leftText(): string | undefined {
    if (this.#leftFiles === 0) return undefined;
    const left = `${counted(this.#leftFiles, "file")} (${formatBytes(this.#leftBytes)})`;
    return `${left} skipped: --max-transfer is reached. Run the command again for the rest.`;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function timeIsOver(): CliError {
  const message = "Stopped: --max-duration is over. Completed transfers are kept; run the command again for the rest.";
  return new CliError("time-over", message, { exitCode: exitCodes.partial });
}
