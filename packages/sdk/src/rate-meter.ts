/** Over the last seconds, so that a rate follows what happens without jumping about. */
const WINDOW_MS = 5000;
const FEWEST_MS = 500;
/** One sample for each chunk would be too many. */
const SAMPLE_MS = 100;

/** Rate and remaining time of a transfer. */
export interface TransferRate {
  /** Over the last five seconds; undefined until enough was measured. */
  bytesPerSecond: number | undefined;
  /** Time until the last byte at this rate, in milliseconds; undefined if unknown. */
  remainingMs: number | undefined;
}

/** Measures how fast a number of bytes grows. */
export class RateMeter {
  readonly #nowMs: () => number;
  readonly #samples: { atMs: number; bytes: number }[] = [];

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** `doneBytes` so far; less than before if something has to be done again. */
  note(doneBytes: number, totalBytes: number): TransferRate {
    const atMs = this.#nowMs();
    const last = this.#samples.at(-1);
    if (last !== undefined && doneBytes < last.bytes) this.#samples.length = 0;
    if (last === undefined || doneBytes < last.bytes || atMs - last.atMs >= SAMPLE_MS) {
      this.#samples.push({ atMs, bytes: doneBytes });
    }
    while ((this.#samples[1]?.atMs ?? atMs) < atMs - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || atMs - first.atMs < FEWEST_MS)
      return { bytesPerSecond: undefined, remainingMs: undefined };
    const bytesPerSecond = ((doneBytes - first.bytes) * 1000) / (atMs - first.atMs);
    const remainingMs = bytesPerSecond < 1 ? undefined : ((totalBytes - doneBytes) / bytesPerSecond) * 1000;
    return { bytesPerSecond, remainingMs };
  }
}
