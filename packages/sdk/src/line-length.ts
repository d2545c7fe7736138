/** A connection is as slow as its round trip is long, and slows down by itself for each packet that is lost. */
export const FAR_CONNECTIONS = 6;
/** Within a country it takes less. */
const FAR_MS = 15;

/** How far a server is, by the time in which connections to it stand. */
export class LineLength {
  #roundTripMs = Infinity;

  /** The least of all counts: what lasts longer was kept waiting by something else. */
  note(tookMs: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, tookMs);
  }

  /** False as long as nothing was noted. */
  get isFar(): boolean {
    return this.#roundTripMs >= FAR_MS && this.#roundTripMs < Infinity;
  }
}
