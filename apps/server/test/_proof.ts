import { randomInt } from "node:crypto";

/** The full counts of `npm run proof`, rather than the samples of `npm test`. */
const isProof = process.env["CONSIGNE_PROOF"] === "full";

/** How often to do something: `sample` in `npm test`, `full` in `npm run proof`. */
export const times = (counts: { sample: number; full: number }): number => (isProof ? counts.full : counts.sample);

/** What a new choice would find is for whoever looks for it, not for whoever changes something else meanwhile. */
const SAMPLE_SEED = 1955923216;

/** Where random choices begin: always the same for the samples of `npm test`, drawn for the proof; `CONSIGNE_SEED` sets it. */
export const firstSeed = Number(process.env["CONSIGNE_SEED"] ?? (isProof ? randomInt(1, 0x7fff_ffff) : SAMPLE_SEED));
