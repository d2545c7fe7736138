import { createHash, type Hash } from "node:crypto";
import type { HashAlgorithm } from "@consigne/core";
import { LEAF_BYTES } from "@consigne/core/manifest-format";
import { Whirlpool, type WhirlpoolEngine } from "@consigne/whirlpool";

/** The digest of bytes that arrive one after the other. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal digits. */
  digest(): string;
}

export function newHash(algorithm: HashAlgorithm, engine: WhirlpoolEngine): RunningDigest {
  if (algorithm === "whirlpool") return new Whirlpool(engine);
  if (algorithm === "sha256-and-whirlpool") return inTurn([newHash("sha256", engine), new Whirlpool(engine)]);
  if (algorithm === "leaves" || algorithm === "sha256-and-leaves")
    return new LeafDigests({ hasWhole: algorithm === "sha256-and-leaves" });
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}

/** All of them over the same bytes, with concatenated digests. */
const inTurn = (digests: readonly RunningDigest[]): RunningDigest => ({
  update: (bytes) => digests.forEach((each) => each.update(bytes)),
  digest: () => digests.map((each) => each.digest()).join(""),
});

class LeafDigests implements RunningDigest {
  readonly #whole: Hash | undefined;
  readonly #digests: string[] = [];
  #leaf: Hash | undefined;
  #leafBytes = 0;

  constructor({ hasWhole }: { hasWhole: boolean }) {
    this.#whole = hasWhole ? createHash("sha256") : undefined;
  }

  update(bytes: Uint8Array): void {
    this.#whole?.update(bytes);
    for (let at = 0; at < bytes.byteLength;) {
      const taken = bytes.subarray(at, at + LEAF_BYTES - this.#leafBytes);
      this.#leaf ??= createHash("sha256");
      this.#leaf.update(taken);
      this.#leafBytes += taken.byteLength;
      at += taken.byteLength;
      if (this.#leafBytes === LEAF_BYTES) this.#endLeaf();
    }
  }

  digest(): string {
    this.#endLeaf();
    return (this.#whole?.digest("hex") ?? "") + this.#digests.join("");
  }

  #endLeaf(): void {
    if (this.#leaf !== undefined) this.#digests.push(this.#leaf.digest("hex"));
    this.#leaf = undefined;
    this.#leafBytes = 0;
  }
}
