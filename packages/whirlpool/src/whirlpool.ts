import type { WhirlpoolEngine } from "./engine.ts";
import { BLOCK_BYTES } from "./specification.ts";

/** The 256-bit count of bits at the end of the last block. */
const COUNT_BYTES = 32;

/**
 * The computation of one Whirlpool checksum (ISO/IEC 10118-3). It takes no more bytes once it has returned its digest.
 */
export class Whirlpool {
  readonly #engine: WhirlpoolEngine;
  readonly #hash = new Uint8Array(BLOCK_BYTES);
  /** Bytes that do not fill a block yet. */
  readonly #rest = new Uint8Array(BLOCK_BYTES);
  #restBytes = 0;
  #totalBytes = 0n;

  constructor(engine: WhirlpoolEngine) {
    this.#engine = engine;
  }

  /** The bytes may be overwritten once this has returned. */
  update(chunk: Uint8Array): void {
    this.#totalBytes += BigInt(chunk.byteLength);
    let at = 0;
    if (this.#restBytes > 0) {
      at = Math.min(BLOCK_BYTES - this.#restBytes, chunk.byteLength);
      this.#rest.set(chunk.subarray(0, at), this.#restBytes);
      this.#restBytes += at;
      if (this.#restBytes < BLOCK_BYTES) return;
      this.#engine.compress(this.#hash, this.#rest, 0, 1);
    }
    const blocks = Math.floor((chunk.byteLength - at) / BLOCK_BYTES);
    if (blocks > 0) this.#engine.compress(this.#hash, chunk, at, blocks);
    at += blocks * BLOCK_BYTES;
    this.#rest.set(chunk.subarray(at));
    this.#restBytes = chunk.byteLength - at;
  }

  /** 128 lower-case hex digits. */
  digest(): string {
    const isSpilling = this.#restBytes >= BLOCK_BYTES - COUNT_BYTES;
    const last = new Uint8Array(isSpilling ? 2 * BLOCK_BYTES : BLOCK_BYTES);
    last.set(this.#rest.subarray(0, this.#restBytes));
    last[this.#restBytes] = 0x80;
    // No content has nearly 2^64 bits, which would need more of the count.
    new DataView(last.buffer).setBigUint64(last.byteLength - 8, this.#totalBytes * 8n);
    this.#engine.compress(this.#hash, last, 0, last.byteLength / BLOCK_BYTES);
    return Array.from(this.#hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
