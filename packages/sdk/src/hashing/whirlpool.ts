import { buildWhirlpoolTables, ROUNDS, type WhirlpoolTables } from "./whirlpool-tables.ts";

const BLOCK_BYTES = 64;
const WORDS = 16;
/** The 256-bit count of bits at the end of the last block. */
const COUNT_BYTES = 32;

let sharedTables: WhirlpoolTables | undefined;

/** Whirlpool in plain arithmetic of 32-bit words, for runtimes that offer nothing faster. */
export class Whirlpool {
  readonly #tables: WhirlpoolTables;
  readonly #hash = new Int32Array(WORDS);
  readonly #key = new Int32Array(WORDS);
  readonly #nextKey = new Int32Array(WORDS);
  readonly #state = new Int32Array(WORDS);
  readonly #nextState = new Int32Array(WORDS);
  readonly #message = new Int32Array(WORDS);
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #blockBytes = 0;
  #totalBytes = 0n;

  constructor() {
    this.#tables = sharedTables ??= buildWhirlpoolTables();
  }

  update(chunk: Uint8Array): void {
    this.#totalBytes += BigInt(chunk.byteLength);
    let at = 0;
    if (this.#blockBytes > 0) {
      at = Math.min(BLOCK_BYTES - this.#blockBytes, chunk.byteLength);
      this.#block.set(chunk.subarray(0, at), this.#blockBytes);
      this.#blockBytes += at;
      if (this.#blockBytes < BLOCK_BYTES) return;
      this.#compress(this.#block, 0);
      this.#blockBytes = 0;
    }
    for (; at + BLOCK_BYTES <= chunk.byteLength; at += BLOCK_BYTES) this.#compress(chunk, at);
    this.#block.set(chunk.subarray(at), 0);
    this.#blockBytes = chunk.byteLength - at;
  }

  /** 128 lower-case hex digits. Takes no more bytes afterwards. */
  digest(): string {
    const block = this.#block;
    block.fill(0, this.#blockBytes);
    block[this.#blockBytes] = 0x80;
    if (this.#blockBytes >= BLOCK_BYTES - COUNT_BYTES) {
      this.#compress(block, 0);
      block.fill(0);
    }
    new DataView(block.buffer).setBigUint64(BLOCK_BYTES - 8, this.#totalBytes * 8n);
    this.#compress(block, 0);
    return Array.from(this.#hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #compress(bytes: Uint8Array, offset: number): void {
    const { roundConstants } = this.#tables;
    const hash = this.#hash;
    const message = this.#message;
    let [key, nextKey, state, nextState] = [this.#key, this.#nextKey, this.#state, this.#nextState];
    for (let i = 0; i < WORDS; i++) {
      const at = offset + i * 4;
      const word =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
      message[i] = word;
      key[i] = hash[i] as number;
      state[i] = word ^ (hash[i] as number);
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
