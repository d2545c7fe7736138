import { createHash } from "node:crypto";
import type { HashAlgorithm } from "@consigne/core";
import { Whirlpool, type WhirlpoolEngine } from "@consigne/whirlpool";

/** Of bytes that come one after the other. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal digits. */
  digest(): string;
}

export function newHash(algorithm: HashAlgorithm, engine: WhirlpoolEngine): RunningDigest {
  if (algorithm === "whirlpool") return new Whirlpool(engine);
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}
