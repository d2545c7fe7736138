/** Over the last seconds, so that a rate follows what happens without jumping about. */
const WINDOW_MS = 5000;
const FEWEST_MS = 500;
/** A sample for each chunk would be many. */
const SAMPLE_MS = 100;

/** What progress tells of time. */
export interface TransferRate {
  /** Over the last five seconds; undefined until enough was seen. */
  bytesPerSecond: number | undefined;
  /** Until the last byte at this rate, in milliseconds; undefined when nobody can know. */
  remainingMs: number | undefined;
}

/** How fast an amount of bytes grows. */
export class RateMeter {
  readonly #nowMs: () => number;
  readonly #samples: { atMs: number; bytes: number }[] = [];

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** `doneBytes` so far; less than before when something has to be done again. */
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
