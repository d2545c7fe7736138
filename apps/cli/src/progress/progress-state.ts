/** A file being transferred. */
export interface RunningFile {
  name: string;
  sizeBytes: number;
  movedBytes: number;
  state: string | undefined;
}

/** The rate is averaged over this time, so that it follows changes without jumping. */
const WINDOW_MS = 5000;
const FEWEST_MS = 500;

/** Everything that a progress line shows, independent of its display. Times in milliseconds. */
export class ProgressState {
  totalFiles = 0;
  totalBytes = 0;
  doneFiles = 0;
  movedBytes = 0;
  /** Part of `movedBytes` that was not transferred in this run. */
  resumedBytes = 0;
  phase: string | undefined;
  paused: { reason: string; untilMs: number; attempt?: { next: number; most: number } } | undefined;
  readonly running = new Set<RunningFile>();
  readonly #samples: { atMs: number; bytes: number }[] = [];

  move(bytes: number, nowMs: number): void {
    this.movedBytes += bytes;
    const last = this.#samples.at(-1);
    // A sample for each chunk would be too many; ten per second are enough.
    if (last === undefined || nowMs - last.atMs >= 100) this.#samples.push({ atMs: nowMs, bytes: this.movedBytes });
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - WINDOW_MS) this.#samples.shift();
  }

  /** Undefined until there are enough samples. */
  bytesPerSecond(nowMs: number): number | undefined {
    const first = this.#samples[0];
    if (first === undefined || nowMs - first.atMs < FEWEST_MS) return undefined;
    return ((this.movedBytes - first.bytes) * 1000) / (nowMs - first.atMs);
  }

  /** Remaining time at the current rate; undefined if unknown. */
  leftMs(nowMs: number): number | undefined {
    const rate = this.bytesPerSecond(nowMs);
    const leftBytes = this.totalBytes - this.movedBytes;
    return rate === undefined || rate < 1 || leftBytes <= 0 ? undefined : (leftBytes / rate) * 1000;
  }
}
