import { randomInt } from "node:crypto";

/** The full counts of `npm run proof`, rather than the samples of `npm test`. */
export const isProof = process.env["CONSIGNE_PROOF"] === "full";

/** How often to do something: `sample` in `npm test`, `full` in `npm run proof`. */
export const times = (counts: { sample: number; full: number }): number => (isProof ? counts.full : counts.sample);

/**
 * Samples use a fixed seed: finding new failures is for those who look for them, not for those who change something
 * else.
 */
const SAMPLE_SEED = 1955923216;

/**
 * Reproducible random numbers: the same for the same seed, which the name of the test should show. Fixed for the
 * samples of `npm test`, random for the proof; `CONSIGNE_SEED` sets it.
 */
export class Dice {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env["CONSIGNE_SEED"] ?? (isProof ? randomInt(1, 0x7fff_ffff) : SAMPLE_SEED))) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** At least 0 and less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from `from` on, below `below`. */
  whole(from: number, below: number): number {
    return from + Math.floor(this.next() * (below - from));
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.floor(this.next() * 0x1_0000_0000), at);
    for (; at < length; at++) bytes[at] = this.whole(0, 256);
    return bytes;
  }
}
