/** The longer its round trip, the slower a connection, and each slows down further with every lost packet. */
export const FAR_CONNECTIONS = 6;
/** Within a country it takes less. */
const FAR_MS = 15;

/** The distance to a server, by how long connections to it take to open. */
export class LineLength {
  #roundTripMs = Infinity;

  /** The shortest time counts: longer ones were delayed by something else. */
  note(tookMs: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, tookMs);
  }

  /** False until something was measured. */
  get isFar(): boolean {
    return this.#roundTripMs >= FAR_MS && this.#roundTripMs < Infinity;
  }
}
