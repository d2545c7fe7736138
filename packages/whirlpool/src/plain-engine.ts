import type { WhirlpoolEngine } from "./engine.ts";
import { BLOCK_BYTES, ROUNDS } from "./specification.ts";
import { buildRowTables, type RowTables } from "./row-tables.ts";

const WORDS = BLOCK_BYTES / 4;

/** Whirlpool in plain arithmetic with 32-bit words. */
export class PlainEngine implements WhirlpoolEngine {
  readonly kind = "plain";
  readonly #tables: RowTables = buildRowTables();
  readonly #hash = new Int32Array(WORDS);
  readonly #key = new Int32Array(WORDS);
  readonly #nextKey = new Int32Array(WORDS);
  readonly #state = new Int32Array(WORDS);
  readonly #nextState = new Int32Array(WORDS);
  readonly #message = new Int32Array(WORDS);

  compress(hash: Uint8Array, bytes: Uint8Array, offset: number, count: number): void {
    readWords(hash, 0, this.#hash);
    for (let block = 0; block < count; block++) this.#compressBlock(bytes, offset + block * BLOCK_BYTES);
    const view = new DataView(hash.buffer, hash.byteOffset);
    for (let i = 0; i < WORDS; i++) view.setInt32(i * 4, this.#hash[i] as number);
  }

  #compressBlock(bytes: Uint8Array, offset: number): void {
    const { roundConstants } = this.#tables;
    const hash = this.#hash;
    const message = this.#message;
    let [key, nextKey, state, nextState] = [this.#key, this.#nextKey, this.#state, this.#nextState];
    readWords(bytes, offset, message);
    for (let i = 0; i < WORDS; i++) {
      key[i] = hash[i] as number;
      state[i] = (message[i] as number) ^ (hash[i] as number);
    }
    for (let round = 0; round < ROUNDS; round++) {
      this.#mix(key, nextKey);
      nextKey[0] = (nextKey[0] as number) ^ (roundConstants[round * 2] as number);
      nextKey[1] = (nextKey[1] as number) ^ (roundConstants[round * 2 + 1] as number);
      [key, nextKey] = [nextKey, key];
      this.#mix(state, nextState);
      for (let i = 0; i < WORDS; i++) nextState[i] = (nextState[i] as number) ^ (key[i] as number);
      [state, nextState] = [nextState, state];
    }
    for (let i = 0; i < WORDS; i++) hash[i] = (hash[i] as number) ^ (state[i] as number) ^ (message[i] as number);
  }

  /** One round without its key: substitution, shift of columns, diffusion. */
  #mix(from: Int32Array, to: Int32Array): void {
    const { high, low } = this.#tables;
    for (let row = 0; row < 8; row++) {
      const w0 = from[row * 2] as number;
      const w1 = from[((row + 7) & 7) * 2] as number;
      const w2 = from[((row + 6) & 7) * 2] as number;
      const w3 = from[((row + 5) & 7) * 2] as number;
      const w4 = from[((row + 4) & 7) * 2 + 1] as number;
      const w5 = from[((row + 3) & 7) * 2 + 1] as number;
      const w6 = from[((row + 2) & 7) * 2 + 1] as number;
      const w7 = from[((row + 1) & 7) * 2 + 1] as number;
      const b0 = w0 >>> 24;
      const b1 = 256 + ((w1 >>> 16) & 255);
      const b2 = 512 + ((w2 >>> 8) & 255);
      const b3 = 768 + (w3 & 255);
      const b4 = w4 >>> 24;
      const b5 = 256 + ((w5 >>> 16) & 255);
      const b6 = 512 + ((w6 >>> 8) & 255);
      const b7 = 768 + (w7 & 255);
      to[row * 2] =
        (high[b0] as number) ^
        (high[b1] as number) ^
        (high[b2] as number) ^
        (high[b3] as number) ^
        (low[b4] as number) ^
        (low[b5] as number) ^
        (low[b6] as number) ^
        (low[b7] as number);
      to[row * 2 + 1] =
        (low[b0] as number) ^
        (low[b1] as number) ^
        (low[b2] as number) ^
        (low[b3] as number) ^
        (high[b4] as number) ^
        (high[b5] as number) ^
        (high[b6] as number) ^
        (high[b7] as number);
    }
  }
}

function readWords(bytes: Uint8Array, offset: number, words: Int32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const at = offset + i * 4;
    words[i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
}
