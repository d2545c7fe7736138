import { DigestWorker } from "./digest-worker-handle.ts";

let worker: DigestWorker | undefined;

/**
 * SHA-256 of a part, 64 lower-case hexadecimal digits, computed beside the page: by the browser itself, or by a worker where
 * it offers that to secure pages alone, and this one came by plain http.
 * @throws {DOMException} the file cannot be read
 */
export async function digestOf(part: Blob): Promise<string> {
  const bytes = await part.arrayBuffer();
  // Types say that it is always there.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle !== undefined) return hexOf(new Uint8Array(await subtle.digest("SHA-256", bytes)));
  worker ??= new DigestWorker();
  return hexOf(await worker.digest(bytes));
}

const hexOf = (digest: Uint8Array): string => Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64Of = (hex: string): string =>
  btoa((hex.match(/../g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(""));
