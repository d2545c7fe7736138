import { type Algorithm, DigestWorker } from "./digest-worker-handle.ts";

let worker: DigestWorker | undefined;

/** The block size of the server's digests. */
const LEAF_BYTES = 4 * 1024 ** 2;
const DIGEST_BYTES = 32;

/**
 * Proves a part to the server: the SHA-256 of the SHA-256s of its leaves, 64 lower-case hexadecimal digits.
 * @throws {DOMException} if the file cannot be read
 */
export async function digestOf(part: Blob): Promise<string> {
  const leaves = new Uint8Array(Math.ceil(part.size / LEAF_BYTES) * DIGEST_BYTES);
  for (let at = 0, leaf = 0; at < part.size; at += LEAF_BYTES, leaf += DIGEST_BYTES) {
    leaves.set(await sha256Of(await part.slice(at, at + LEAF_BYTES).arrayBuffer()), leaf);
  }
  return hexOf(await sha256Of(leaves.buffer));
}

/** SHA-256 of bytes, which stay available; 64 lower-case hexadecimal digits. */
export const contentDigest = async (bytes: ArrayBuffer): Promise<string> =>
  hexOf(await sha256Of(hasOwn() ? bytes : bytes.slice(0)));

/**
 * The checksum by which the server identifies contents, 128 lower-case hexadecimal digits. The bytes stay available.
 */
export const contentWhirlpool = async (bytes: ArrayBuffer): Promise<string> =>
  hexOf(await byWorker(bytes.slice(0), "whirlpool"));

/**
 * Computed off the main thread: by the browser itself, or by a worker if the browser offers that only to secure pages.
 */
async function sha256Of(bytes: ArrayBuffer): Promise<Uint8Array> {
  return hasOwn() ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : byWorker(bytes, "sha256");
}

/** Its type says that it always exists. */
const hasOwn = (): boolean => (crypto.subtle as SubtleCrypto | undefined) !== undefined;

/** The bytes are no longer available here afterwards. */
function byWorker(bytes: ArrayBuffer, algorithm: Algorithm): Promise<Uint8Array> {
  worker ??= new DigestWorker();
  return worker.digest(bytes, algorithm);
}

const hexOf = (digest: Uint8Array): string => Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64Of = (hex: string): string =>
  btoa((hex.match(/../g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(""));
