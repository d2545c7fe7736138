/** How long a source may take, and how much it may send before its bytes. */
export interface FetchBounds {
  /** For everything before the first byte, including all redirects and a restart. */
  openMs: number;
  /** For resolving a host, and again for connecting to it. */
  connectMs: number;
  /** From the connection to the end of the response head; for ftp, to the first byte. */
  headMs: number;
  /** Between two chunks. */
  idleMs: number;
  /** Over each `paceWindowMs` spent waiting for the source. */
  leastBytesPerSecond: number;
  paceWindowMs: number;
  /** For a response head, and for its trailers; for ftp, for one reply. */
  headBytes: number;
  redirects: number;
}

export const defaultBounds: FetchBounds = {
  openMs: 180_000,
  connectMs: 15_000,
  headMs: 60_000,
  idleMs: 30_000,
  leastBytesPerSecond: 1024,
  paceWindowMs: 60_000,
  headBytes: 32 * 1024,
  redirects: 10,
};
