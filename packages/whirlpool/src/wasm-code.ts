/** Instructions of WebAssembly's stack machine, encoded; an expression leaves one value. */
export type Code = readonly number[];

/** LEB128 of a non-negative number. */
const encodeUnsigned = (value: number): number[] => encodeBelow(value, 0x80);
/** The same for the signed constants: the last byte has one bit less. */
const encodeSigned = (value: number): number[] => encodeBelow(value, 0x40);

function encodeBelow(value: number, endOfLastByte: number): number[] {
  if (value < endOfLastByte) return [value];
  return [(value & 0x7f) | 0x80, ...encodeBelow(value >> 7, endOfLastByte)];
}

const END = 0x0b;
const LOOP = [0x03, 0x40];
const BRANCH_TO_LOOP_IF = [0x0d, 0x00];
const IS_BELOW = 0x49;
const ADD = 0x6a;

export const get = (local: number): Code => [0x20, ...encodeUnsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...encodeUnsigned(local)];
export const i32 = (value: number): Code => [0x41, ...encodeSigned(value)];

/** Runs `body` repeatedly while the local, increased by `step` each time, is below `end`. */
export const countUp = (local: number, step: number, end: Code, body: Code): Code => {
  const movedOn = set(local, [...get(local), ...i32(step), ADD]);
  return [...LOOP, ...body, ...movedOn, ...get(local), ...end, IS_BELOW, ...BRANCH_TO_LOOP_IF, END];
};

const VECTORS = 0xfd;
const vector = (opcode: number): number[] => [VECTORS, ...encodeUnsigned(opcode)];
/** A hint that need not hold, of 2^0 bytes. */
const ALIGNMENT = 0;

export const load = (address: Code, offset: number): Code => [
  ...address,
  ...vector(0x00),
  ALIGNMENT,
  ...encodeUnsigned(offset),
];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  ...vector(0x0b),
  ALIGNMENT,
  ...encodeUnsigned(offset),
];
export const xor = (...values: readonly Code[]): Code =>
  values.flatMap((value, at) => (at === 0 ? value : [...value, ...vector(0x51)]));
export const and = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x4e)];
/** Shifts eight lanes of 16 bits. */
export const shiftRight = (value: Code, bits: number): Code => [...value, ...i32(bits), ...vector(0x8d)];
/** @param lanes 16 numbers of bytes: 0 to 15 of `a`, 16 to 31 of `b` */
export const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [...a, ...b, ...vector(0x0d), ...lanes];
/** The bytes of `table` selected by `indices`. `relaxed` needs a runtime with relaxed SIMD, and indices below 16. */
export const pick = (table: Code, indices: Code, isRelaxed: boolean): Code => [
  ...table,
  ...indices,
  ...vector(isRelaxed ? 0x100 : 0x0e),
];

const I32 = 0x7f;
const V128 = 0x7b;
/** "\0asm", version 1 */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A page is 64 KiB. */
export const PAGES = 2;

/**
 * A module with {@link PAGES} pages of memory, exported as `memory`, and one function, exported as `run`: it takes two
 * numbers, which are its locals 0 and 1, and returns nothing.
 */
export function buildModule(locals: { numbers: number; vectors: number }, body: Code): Uint8Array<ArrayBuffer> {
  const counted = (items: readonly Code[]): number[] => [...encodeUnsigned(items.length), ...items.flat()];
  const sized = (bytes: Code): number[] => [...encodeUnsigned(bytes.length), ...bytes];
  const section = (id: number, items: readonly Code[]): number[] => [id, ...sized(counted(items))];
  const name = (text: string): number[] => sized([...text].map((letter) => letter.charCodeAt(0)));
  const declared = counted([
    [...encodeUnsigned(locals.numbers), I32],
    [...encodeUnsigned(locals.vectors), V128],
  ]);
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [[0x60, 2, I32, I32, 0]]),
    ...section(3, [[0]]),
    ...section(5, [[0x01, PAGES, PAGES]]),
    ...section(7, [
      [...name("memory"), 0x02, 0],
      [...name("run"), 0x00, 0],
    ]),
    ...section(10, [sized([...declared, ...body, END])]),
  ]);
}
