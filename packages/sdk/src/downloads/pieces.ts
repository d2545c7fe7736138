import type { Span } from "./span-set.ts";

const MIB = 1024 * 1024;
/** For several connections: small enough for the checksum to keep up, large enough for requests not to matter. */
const PIECE_BYTES = 16 * MIB;
/** Over long distances: what a slow connection may still have to fetch when the others are done. */
const LEAST_PIECE_BYTES = MIB;
/** A leaf of our servers. */
const FIRST_PIECE_BYTES = 4 * MIB;
/** Per connection; more requests would cost more than they balance out. */
const SHARES = 1.5;

/** How pieces are cut at the moment. */
export interface Cut {
  /** Number of connections. */
  connections: number;
  isFar: boolean;
  /** The distance to the server is not known yet. */
  isFirst: boolean;
}

/** What is still to be fetched, in order. */
export class Pieces {
  readonly #gaps: Span[];

  constructor(gaps: readonly Span[]) {
    this.#gaps = [...gaps];
  }

  get isEmpty(): boolean {
    return this.#gaps.length === 0;
  }

  get leftBytes(): number {
    return this.#gaps.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  /** The next piece, for one caller alone; undefined if there is none. It ends at a multiple of its size. */
  next(cut: Cut): Span | undefined {
    const gap = this.#gaps.shift();
    if (gap === undefined) return undefined;
    const [start, end] = gap;
    const pieceBytes = pieceBytesOf(end - start + this.leftBytes, cut);
    const pieceEnd = Math.min(end, start - (start % pieceBytes) + pieceBytes);
    if (pieceEnd < end) this.#gaps.unshift([pieceEnd, end]);
    return [start, pieceEnd];
  }

  /** Gives back the bytes of a piece that did not arrive. */
  giveBack(gaps: readonly Span[]): void {
    this.#gaps.unshift(...gaps);
  }
}

/**
 * Over long distances the speed of connections varies a lot, and each loses a round trip with a request: pieces get
 * smaller towards the end, so that all connections finish together.
 */
function pieceBytesOf(leftBytes: number, { connections, isFar, isFirst }: Cut): number {
  if (connections === 1) return Infinity;
  if (!isFar) return isFirst ? FIRST_PIECE_BYTES : PIECE_BYTES;
  let bytes = PIECE_BYTES;
  while (bytes > LEAST_PIECE_BYTES && bytes * connections * SHARES > leftBytes) bytes /= 2;
  return bytes;
}
