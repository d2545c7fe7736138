import { BLOCK_BYTES, E_BOX, E_INVERSE, multiply, R_BOX, ROUNDS, substitutionBox } from "./specification.ts";
import { PAGES } from "./wasm-code.ts";

export const VECTOR_BYTES = 16;
const MEMORY_BYTES = PAGES * 64 * 1024;

/** Vectors of constants by name. */
const tables: Readonly<Record<string, readonly number[]>> = {
  "low bits": Array.from({ length: VECTOR_BYTES }, () => 0x0f),
  E: E_BOX,
  "E inverse": E_INVERSE,
  R: R_BOX,
  ...Object.fromEntries(
    [1, 2, 4, 8].map((factor) => [`upper ${factor}`, E_BOX.map((half) => multiply(half << 4, factor))]),
  ),
  ...Object.fromEntries(
    [1, 2, 4, 8].map((factor) => [`lower ${factor}`, E_INVERSE.map((half) => multiply(half, factor))]),
  ),
  ...Object.fromEntries([0, 1, 2, 3].map((vector) => [`turn ${vector}`, turnOf(vector)])),
};

const names = Object.keys(tables);
const roundsAt = names.length * VECTOR_BYTES;
const hashAt = roundsAt + ROUNDS * BLOCK_BYTES;
const blocksAt = hashAt + BLOCK_BYTES;

/** The layout of the program's memory. */
export const simdMemory = {
  tableAt: (name: string): number => names.indexOf(name) * VECTOR_BYTES,
  /** 64 bytes for each round, by columns. */
  roundsAt,
  /** 64 bytes that the program reads and writes. */
  hashAt,
  /** Up to the end of the memory. */
  blocksAt,
  maxBlocks: Math.floor((MEMORY_BYTES - blocksAt) / BLOCK_BYTES),
} as const;

/** What must be at the beginning of the memory before the program runs. */
export function layConstants(): Uint8Array {
  return Uint8Array.from([...Object.values(tables).flat(), ...roundConstants()]);
}

/** The byte selection that moves each of a vector's two columns down by its number. */
function turnOf(vector: number): number[] {
  return Array.from({ length: VECTOR_BYTES }, (_, lane) => {
    const column = 2 * vector + (lane >> 3);
    return (lane & 8) | ((lane - column) & 7);
  });
}

/** Row 0 of each round's constant is eight bytes of the box, one at the top of each column. */
function roundConstants(): Uint8Array {
  const bytes = new Uint8Array(ROUNDS * BLOCK_BYTES);
  const box = substitutionBox();
  for (let at = 0; at < ROUNDS * 8; at++) bytes[at * 8] = box[at] as number;
  return bytes;
}
