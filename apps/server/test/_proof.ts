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
 * Where random choices start: a fixed seed for the samples of `npm test`, a random one for the proof; `CONSIGNE_SEED`
 * sets it.
 */
export const firstSeed = Number(process.env["CONSIGNE_SEED"] ?? (isProof ? randomInt(1, 0x7fff_ffff) : SAMPLE_SEED));
