const WINDOW_MS = 8000;
/** Before that, a rate is a guess. */
const LEAST_MS = 1000;

/** Bytes per second over the last seconds. */
export class Rate {
  #samples: { at: number; bytes: number }[] = [];

  note(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    // Started over: what was sent before is irrelevant.
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ at, bytes });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
  }

  /** Undefined while it is unknown. */
  get bytesPerSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
