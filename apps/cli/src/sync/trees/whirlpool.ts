/**
 * A Whirlpool checksum as stored in trees: its 64 bytes as the characters of a string, half the size of its digits.
 * With a record for every file of a big tree, that matters.
 */
export function packWhirlpool(hex: string): string {
  return Buffer.from(hex, "hex").toString("latin1");
}

/** The 128 hexadecimal digits. */
export function unpackWhirlpool(packed: string): string {
  return Buffer.from(packed, "latin1").toString("hex");
}
