import { sha256 } from "@noble/hashes/sha2.js";

addEventListener("message", ({ data: { id, bytes } }: MessageEvent<{ id: number; bytes: ArrayBuffer }>) => {
  postMessage({ id, digest: sha256(new Uint8Array(bytes)) });
});
