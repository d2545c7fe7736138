const BEFORE_CHUNKS = 12;
const CHUNK_HEAD = 8;

/** The frames of an animated WebP. */
export function countFrames(webp: Buffer): number {
  let count = 0;
  for (let at = BEFORE_CHUNKS; at + CHUNK_HEAD <= webp.length;) {
    if (webp.toString("latin1", at, at + 4) === "ANMF") count++;
    const length = webp.readUInt32LE(at + 4);
    at += CHUNK_HEAD + length + (length % 2);
  }
  return count;
}
