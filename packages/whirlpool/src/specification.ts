/**
 * The 4-bit boxes of the specification (ISO/IEC 10118-3, "The WHIRLPOOL hashing function", 2003); everything else
 * follows from them.
 */
export const E_BOX: readonly number[] = [1, 11, 9, 12, 13, 6, 15, 3, 14, 8, 7, 4, 10, 2, 5, 0];
export const E_INVERSE: readonly number[] = E_BOX.map((_, value) => E_BOX.indexOf(value));
export const R_BOX: readonly number[] = [7, 12, 11, 13, 14, 4, 9, 15, 6, 3, 8, 10, 2, 5, 1, 0];
/** First row of the circulant matrix. */
export const DIFFUSION: readonly number[] = [1, 1, 4, 1, 8, 5, 2, 9];
export const ROUNDS = 10;
export const BLOCK_BYTES = 64;

/** x^8 + x^4 + x^3 + x^2 + 1 */
const REDUCTION = 0x11d;

/** The substitution of every byte. The round constants are its first bytes, eight each. */
export function substitutionBox(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const upper = at(E_BOX, byte >> 4);
    const lower = at(E_INVERSE, byte & 15);
    const mixed = at(R_BOX, upper ^ lower);
    return (at(E_BOX, upper ^ mixed) << 4) | at(E_INVERSE, lower ^ mixed);
  });
}

/** In GF(2^8). */
export function multiply(value: number, factor: number): number {
  let product = 0;
  let power = value;
  for (let bits = factor; bits > 0; bits >>= 1) {
    if ((bits & 1) === 1) product ^= power;
    power <<= 1;
    if (power > 255) power ^= REDUCTION;
  }
  return product;
}

const at = (box: readonly number[], index: number): number => box[index] as number;
