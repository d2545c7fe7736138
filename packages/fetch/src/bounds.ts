/** How long a source may take, and how much it may say before its bytes. */
export interface FetchBounds {
  /** Of everything before the first byte, with all redirects and a start over. */
  openMs: number;
  /** To find the addresses of a host, and again to connect to it. */
  connectMs: number;
  /** From the connection to the end of the answer's head; with ftp, to the first byte. */
  headMs: number;
  /** Between two pieces. */
  idleMs: number;
  /** Over each `paceWindowMs` that were spent waiting for the source. */
  leastBytesPerSecond: number;
  paceWindowMs: number;
  /** Of an answer's head, and of its trailers; with ftp, of one reply. */
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
