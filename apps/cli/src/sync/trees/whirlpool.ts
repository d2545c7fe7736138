/**
 * A Whirlpool as the trees hold it: its 64 bytes as the characters of a text, half of what its digits need. For every
 * file of a big tree that counts.
 */
export function packWhirlpool(hex: string): string {
  return Buffer.from(hex, "hex").toString("latin1");
}

/** The 128 digits. */
export function unpackWhirlpool(packed: string): string {
  return Buffer.from(packed, "latin1").toString("hex");
}
