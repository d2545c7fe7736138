import { createHash, getHashes } from "node:crypto";
import { ContentHashError } from "./content-hash-error.ts";

/** `openssl` runs at twice the speed of `wasm`, but the process must have been started with its legacy provider. */
export type WhirlpoolBackend = "openssl" | "wasm";

export function hasOpenSslWhirlpool(): boolean {
  if (!getHashes().includes("whirlpool")) return false;
  try {
    createHash("whirlpool");
    return true;
  } catch {
    return false;
  }
}

/** @throws {ContentHashError} `backend-missing` when OpenSSL is demanded and cannot do it */
export function chooseBackend(wanted: WhirlpoolBackend | "auto"): WhirlpoolBackend {
  if (wanted === "wasm") return "wasm";
  if (hasOpenSslWhirlpool()) return "openssl";
  if (wanted === "auto") return "wasm";
  throw new ContentHashError("backend-missing", "OpenSSL offers no Whirlpool without --openssl-legacy-provider.");
}
