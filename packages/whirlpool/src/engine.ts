/** The compression function of Whirlpool, however it is computed. Stateless between calls. */
export interface WhirlpoolEngine {
  readonly kind: "relaxed-simd" | "simd" | "plain";
  /**
   * Adds `count` blocks of 64 bytes, at least one, to the hash.
   * @param hash 64 bytes, changed in place
   */
  compress(hash: Uint8Array, bytes: Uint8Array, offset: number, count: number): void;
}
