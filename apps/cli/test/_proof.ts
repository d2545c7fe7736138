import { randomInt } from "node:crypto";

/** The full counts of `npm run proof`, rather than the samples of `npm test`. */
const isProof = process.env["CONSIGNE_PROOF"] === "full";

/** How often to do something: `sample` in `npm test`, `full` in `npm run proof`. */
export const times = (counts: { sample: number; full: number }): number => (isProof ? counts.full : counts.sample);

/**
 * Samples use a fixed seed: finding new failures is for those who look for them, not for those who change something
 * else.
 */
const SAMPLE_SEED = 1955923216;

/**
 * Where random choices start: a fixed seed for the samples of `npm test`, a random one for the proof. `CONSIGNE_SEED`
 * sets it, to repeat a failed run.
 */
export const firstSeed = Number(process.env["CONSIGNE_SEED"] ?? (isProof ? randomInt(1, 0x7fff_ffff) : SAMPLE_SEED));

/** Reproducible random choices: the same for the same seed. */
export class Choices {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0 and less than 1. */
  next(): number {
    this.#state = (this.#state + 0x9e37_79b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  some<T>(values: readonly T[], most: number): T[] {
    const left = [...values];
    const taken: T[] = [];
    for (let count = Math.min(left.length, 1 + this.below(most)); count > 0; count--)
      taken.push(...left.splice(this.below(left.length), 1));
    return taken;
  }
}
