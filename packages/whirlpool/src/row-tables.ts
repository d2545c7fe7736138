import { DIFFUSION, multiply, ROUNDS, substitutionBox } from "./specification.ts";

/**
 * Substitution and diffusion of one byte as halves of a 64-bit row. Of the eight rotations of a row, four are stored,
 * at `rotation * 256 + byte`: the other four are these with their halves exchanged.
 */
export interface RowTables {
  high: Int32Array;
  low: Int32Array;
  /** Two words for each round. */
  roundConstants: Int32Array;
}

export function buildRowTables(): RowTables {
  const box = substitutionBox();
  const high = new Int32Array(4 * 256);
  const low = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let row = DIFFUSION.map((factor) => multiply(box[byte] ?? 0, factor));
    for (let rotation = 0; rotation < 4; rotation++) {
      high[rotation * 256 + byte] = word(row, 0);
      low[rotation * 256 + byte] = word(row, 4);
      row = [...row.slice(-1), ...row.slice(0, -1)];
    }
  }
  const roundConstants = new Int32Array(2 * ROUNDS);
  for (let at = 0; at < roundConstants.length; at++) roundConstants[at] = word([...box], at * 4);
  return { high, low, roundConstants };
}

function word(bytes: readonly number[], at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}
