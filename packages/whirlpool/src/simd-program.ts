import { simdMemory, VECTOR_BYTES } from "./simd-memory.ts";
import { BLOCK_BYTES } from "./specification.ts";
import {
  and,
  buildModule,
  type Code,
  countUp,
  get,
  i32,
  load,
  pick,
  set,
  shiftRight,
  shuffle,
  store,
  xor,
} from "./wasm-code.ts";

/*
 * How the compression function is computed here.
 *
 * The 8 by 8 bytes of a state lie in four vectors by columns, two columns in each. Shifting the columns is then a
 * turn inside each half of a vector, and the diffusion of rows is a sum of whole vectors.
 *
 * The substitution of a byte is made of 4-bit boxes, so sixteen bytes at once go through a box by an instruction that
 * picks bytes of a vector; no byte is ever an address, and the time taken tells nothing of the content. The last boxes
 * give two halves, S = upper + lower. Multiplication distributes over that sum, so 2S, 4S and 8S cost no more than S.
 *
 * With s, d, f, g for S, 2S, 4S and 8S, column j of the outcome is, by the first row of the circulant matrix,
 *
 *   s[j] + s[j-1] + f[j-2] + s[j-3] + g[j-4] + (f + s)[j-5] + d[j-6] + (g + s)[j-7].
 *
 * Columns at an even distance are whole vectors, those at an odd one lie across two. Let a pair be f of one vector
 * before and g of two before: the even distances make s + d + pair. The odd ones make the s of every other column,
 * which is one of two sums, and the pair of one vector before.
 */
const VECTORS = [0, 1, 2, 3] as const;
type Index = (typeof VECTORS)[number];
/** Locals that hold the four vectors of a state. */
type Four = readonly [number, number, number, number];

/** Parameters of the program: where the next block begins, and where the last one ends. */
const BLOCK = 0;
const END_OF_BLOCKS = 1;
const ROUND = 2;
const NUMBERS = 3;
/** Tables that stay in locals; the others are loaded once in each round. */
const KEPT_TABLES = ["low bits", "E", "E inverse", "R"];
const UPPER_THEN_LOWER = Array.from({ length: VECTOR_BYTES }, (_, lane) => lane + VECTOR_BYTES / 2);
const HALVES_IN_TURN = Array.from({ length: VECTOR_BYTES }, (_, lane) => (lane >> 1) + (lane & 1) * 8);

/** A module whose `run` adds the blocks between two addresses to the hash of {@link simdMemory}. */
export function buildSimdProgram(isRelaxed: boolean): Uint8Array<ArrayBuffer> {
  const writer = new ProgramWriter(isRelaxed);
  const body = writer.write();
  return buildModule({ numbers: 1, vectors: writer.vectorCount }, body);
}

class ProgramWriter {
  readonly #isRelaxed: boolean;
  #locals = NUMBERS;
  readonly #tables = new Map(KEPT_TABLES.map((name) => [name, this.#local()]));
  readonly #hash = this.#four();
  readonly #message = this.#four();
  readonly #key = this.#four();
  readonly #state = this.#four();
  readonly #upper = this.#four();
  readonly #lower = this.#four();
  readonly #single = this.#four();
  readonly #double = this.#four();
  readonly #fourfold = this.#four();
  readonly #eightfold = this.#four();
  readonly #pairs = this.#four();
  readonly #sum = this.#local();
  readonly #scratch = [this.#local(), this.#local()] as const;

  constructor(isRelaxed: boolean) {
    this.#isRelaxed = isRelaxed;
  }

  get vectorCount(): number {
    return this.#locals - NUMBERS;
  }

  write(): Code {
    const { hashAt, roundsAt } = simdMemory;
    const storeHash = VECTORS.flatMap((i) => store(i32(0), hashAt + i * VECTOR_BYTES, get(this.#hash[i])));
    return [
      ...[...this.#tables].flatMap(([name, local]) => set(local, loadTable(name))),
      ...this.#transpose(i32(0), hashAt, this.#hash),
      ...countUp(BLOCK, BLOCK_BYTES, get(END_OF_BLOCKS), [
        ...this.#transpose(get(BLOCK), 0, this.#message),
        ...VECTORS.flatMap((i) => set(this.#key[i], get(this.#hash[i]))),
        ...VECTORS.flatMap((i) => set(this.#state[i], xor(get(this.#message[i]), get(this.#hash[i])))),
        ...set(ROUND, i32(roundsAt)),
        ...countUp(ROUND, BLOCK_BYTES, i32(hashAt), [
          ...this.#round(this.#key, (i) => load(get(ROUND), i * VECTOR_BYTES)),
          ...this.#round(this.#state, (i) => get(this.#key[i])),
        ]),
        ...VECTORS.flatMap((i) =>
          set(this.#hash[i], xor(get(this.#hash[i]), get(this.#state[i]), get(this.#message[i]))),
        ),
      ]),
      ...storeHash,
      ...this.#transpose(i32(0), hashAt, this.#hash),
      ...storeHash,
    ];
  }

  /** Substitution, shift of columns, diffusion and the sum with a key. */
  #round(state: Four, key: (index: Index) => Code): Code {
    const [s, d, f, g] = [this.#single, this.#double, this.#fourfold, this.#eightfold];
    const odd = (i: Index): Code => shuffle(before(this.#pairs, i, 2), before(this.#pairs, i, 1), UPPER_THEN_LOWER);
    return [
      ...VECTORS.flatMap((i) => this.#halve(state[i], i)),
      ...this.#join(4, f),
      ...this.#join(8, g),
      ...VECTORS.flatMap((i) => set(this.#pairs[i], xor(before(f, i, 1), before(g, i, 2)))),
      ...this.#join(1, s),
      ...set(this.#sum, xor(...VECTORS.map((i) => get(s[i])))),
      ...set(this.#sum, shuffle(get(this.#sum), get(this.#sum), UPPER_THEN_LOWER)),
      ...this.#join(2, d),
      ...VECTORS.flatMap((i) => {
        const even = xor(get(s[i]), before(d, i, 3));
        return set(state[i], xor(even, xor(get(this.#pairs[i]), odd(i)), xor(get(this.#sum), key(i))));
      }),
    ];
  }

  /** Shifts the columns of a vector and passes its bytes through all boxes except the last. */
  #halve(from: number, index: Index): Code {
    const [value, mixed] = this.#scratch;
    const [upper, lower] = [this.#upper[index], this.#lower[index]];
    return [
      ...set(value, this.#pick(get(from), loadTable(`turn ${index}`))),
      ...set(upper, this.#pick(this.#table("E"), and(shiftRight(get(value), 4), this.#table("low bits")))),
      ...set(lower, this.#pick(this.#table("E inverse"), and(get(value), this.#table("low bits")))),
      ...set(mixed, this.#pick(this.#table("R"), xor(get(upper), get(lower)))),
      ...set(upper, xor(get(upper), get(mixed))),
      ...set(lower, xor(get(lower), get(mixed))),
    ];
  }

  /** The last boxes, with their result multiplied by `factor`. */
  #join(factor: number, into: Four): Code {
    const [upperTable, lowerTable] = this.#scratch;
    const product = (i: Index): Code =>
      xor(this.#pick(get(upperTable), get(this.#upper[i])), this.#pick(get(lowerTable), get(this.#lower[i])));
    return [
      ...set(upperTable, loadTable(`upper ${factor}`)),
      ...set(lowerTable, loadTable(`lower ${factor}`)),
      ...VECTORS.flatMap((i) => set(into[i], product(i))),
    ];
  }

  /** Loads 64 bytes with rows and columns exchanged: row order becomes column order, and the reverse. */
  #transpose(address: Code, offset: number, into: Four): Code {
    const [twos, fours] = [this.#single, this.#double];
    return [
      ...VECTORS.flatMap((i) => set(twos[i], load(address, offset + i * VECTOR_BYTES))),
      ...VECTORS.flatMap((i) => set(twos[i], shuffle(get(twos[i]), get(twos[i]), HALVES_IN_TURN))),
      ...set(fours[0], shuffle(get(twos[0]), get(twos[1]), inTurn(2, "lower"))),
      ...set(fours[1], shuffle(get(twos[0]), get(twos[1]), inTurn(2, "upper"))),
      ...set(fours[2], shuffle(get(twos[2]), get(twos[3]), inTurn(2, "lower"))),
      ...set(fours[3], shuffle(get(twos[2]), get(twos[3]), inTurn(2, "upper"))),
      ...set(into[0], shuffle(get(fours[0]), get(fours[2]), inTurn(4, "lower"))),
      ...set(into[1], shuffle(get(fours[0]), get(fours[2]), inTurn(4, "upper"))),
      ...set(into[2], shuffle(get(fours[1]), get(fours[3]), inTurn(4, "lower"))),
      ...set(into[3], shuffle(get(fours[1]), get(fours[3]), inTurn(4, "upper"))),
    ];
  }

  #table(name: string): Code {
    return get(this.#tables.get(name) as number);
  }

  #pick(table: Code, indices: Code): Code {
    return pick(table, indices, this.#isRelaxed);
  }

  #local(): number {
    return this.#locals++;
  }

  #four(): Four {
    return [this.#local(), this.#local(), this.#local(), this.#local()];
  }
}

const loadTable = (name: string): Code => load(i32(0), simdMemory.tableAt(name));

/** The vector `distance` before number `index`, cyclically. */
const before = (four: Four, index: Index, distance: number): Code => get(four[(index - distance + 4) % 4] as number);

/** Alternating lanes of `bytes` bytes from the lower or the upper halves of two vectors. */
function inTurn(bytes: number, half: "lower" | "upper"): number[] {
  return Array.from({ length: VECTOR_BYTES }, (_, at) => {
    const lane = Math.floor(at / bytes);
    const within = (lane >> 1) * bytes + (at % bytes) + (half === "upper" ? VECTOR_BYTES / 2 : 0);
    return (lane & 1) * VECTOR_BYTES + within;
  });
}
