import { createCipheriv, hash } from "node:crypto";

const CHUNK_BYTES = 64 * 1024;

/** Content that need not be stored anywhere: it is generated from a name and a size. */
export interface Pattern {
  sizeBytes: number;
  /** Contents with the same name begin alike; those with different names have nothing in common. */
  pattern: string;
}

/** The bytes of a pattern, 64 KiB at a time. The receiver may keep each chunk. */
export function* patternChunks({ sizeBytes, pattern }: Pattern): Generator<Uint8Array<ArrayBuffer>> {
  // A stream cipher gives bytes that neither repeat nor compress, so that swapped or lost blocks show.
  const cipher = createCipheriv("aes-256-ctr", hash("sha256", pattern, "buffer"), Buffer.alloc(16));
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES) {
    yield Uint8Array.from(cipher.update(Buffer.alloc(Math.min(left, CHUNK_BYTES))));
  }
}

/** All of a pattern's bytes at once. */
export function patternBytes(content: Pattern): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.sizeBytes);
  let at = 0;
  for (const chunk of patternChunks(content)) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
