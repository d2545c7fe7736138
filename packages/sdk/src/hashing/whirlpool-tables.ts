/** The 4-bit boxes of the specification (ISO/IEC 10118-3, "The WHIRLPOOL hashing function", 2003); all else follows. */
const E_BOX = [0x1, 0xb, 0x9, 0xc, 0xd, 0x6, 0xf, 0x3, 0xe, 0x8, 0x7, 0x4, 0xa, 0x2, 0x5, 0x0] as const;
const R_BOX = [0x7, 0xc, 0xb, 0xd, 0xe, 0x4, 0x9, 0xf, 0x6, 0x3, 0x8, 0xa, 0x2, 0x5, 0x1, 0x0] as const;
/** First row of the circulant matrix. */
const DIFFUSION = [1, 1, 4, 1, 8, 5, 2, 9] as const;
/** x^8 + x^4 + x^3 + x^2 + 1 */
const REDUCTION = 0x11d;

export const ROUNDS = 10;

/**
 * Substitution and diffusion of one byte as halves of a 64-bit row. Of the eight rotations of a row four are stored,
 * at `rotation * 256 + byte`: the other four are these with their halves exchanged.
 */
export interface WhirlpoolTables {
  high: Int32Array;
  low: Int32Array;
  /** Two words for each round. */
  roundConstants: Int32Array;
}

export function buildWhirlpoolTables(): WhirlpoolTables {
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

function substitutionBox(): Uint8Array {
  const box = new Uint8Array(256);
  const inverse = E_BOX.map((_, value) => E_BOX.indexOf(value as (typeof E_BOX)[number]));
  for (let byte = 0; byte < 256; byte++) {
    const upper = E_BOX[byte >> 4] ?? 0;
    const lower = inverse[byte & 15] ?? 0;
    const mixed = R_BOX[upper ^ lower] ?? 0;
    box[byte] = ((E_BOX[upper ^ mixed] ?? 0) << 4) | (inverse[lower ^ mixed] ?? 0);
  }
  return box;
}

/** In GF(2^8). */
function multiply(value: number, factor: number): number {
  let product = 0;
  let power = value;
  for (let bits = factor; bits > 0; bits >>= 1) {
    if ((bits & 1) === 1) product ^= power;
    power <<= 1;
    if (power > 255) power ^= REDUCTION;
  }
  return product;
}

function word(bytes: readonly number[], at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}
