import { createHash } from "node:crypto";
import { DomainError } from "../errors.ts";
import { LEAF_DIGEST_BYTES } from "../files/manifest-format.ts";
import type { ContentHash, HashAlgorithm } from "../ports/content-hasher.ts";
import type { ReceivedPart } from "./part-upload.ts";

const SHA256_DIGITS = 2 * LEAF_DIGEST_BYTES;

/** Checksums that a sender gives for the bytes of a part, in lower-case hexadecimal digits. At least one of them. */
export interface PartProof {
  /** The hash of all bytes of the part. */
  sha256: string | undefined;
  /** The SHA-256 of the concatenated leaf digests: with it, the bytes are hashed only once. */
  leavesSha256: string | undefined;
}

/** "" without leaves. */
export function leavesSha256Of({ leaves }: Pick<ReceivedPart, "leaves">): string {
  return leaves.byteLength === 0 ? "" : createHash("sha256").update(leaves).digest("hex");
}

/** The hash to compute while writing. */
export const algorithmFor = ({ sha256 }: PartProof): HashAlgorithm =>
  sha256 === undefined ? "leaves" : "sha256-and-leaves";

/**
 * Ends the hash of a received part.
 * @param hash made with `algorithmFor`
 * @returns what is recorded of it
 * @throws {DomainError} `digest-wrong`
 */
export async function proveWhatCame(
  hash: ContentHash,
  { number, proof }: { number: number; proof: PartProof },
): Promise<Pick<ReceivedPart, "sha256" | "leaves">> {
  const digits = await hash.digest();
  const sha256 = proof.sha256 === undefined ? "" : digits.slice(0, SHA256_DIGITS);
  const leaves = new Uint8Array(Buffer.from(digits.slice(sha256.length), "hex"));
  if (proof.sha256 !== undefined && proof.sha256 !== sha256) throw wrong(number, "Content-Digest");
  const isSame = proof.leavesSha256 === undefined || proof.leavesSha256 === leavesSha256Of({ leaves });
  if (!isSame) throw wrong(number, "Leaves-Digest");
  return { sha256, leaves };
}

/** @throws {DomainError} `part-differs` */
export function requireSameProof(known: ReceivedPart, { sha256, leavesSha256 }: PartProof): void {
  const isByLeaves = leavesSha256 !== undefined && known.leaves.byteLength > 0;
  if (isByLeaves ? leavesSha256 === leavesSha256Of(known) : known.sha256 === sha256) return;
  if (!isByLeaves && known.sha256 === "") {
    throw new DomainError(
      "part-differs",
      `Part ${known.number} arrived earlier with a Leaves-Digest and is kept. Send that digest to compare it, or abort the upload and start a new one.`,
    );
  }
  throw new DomainError(
    "part-differs",
    `Part ${known.number} arrived earlier with other bytes, which are kept. If the file has changed, abort the upload and start a new one.`,
  );
}

const wrong = (number: number, header: string) =>
  new DomainError(
    "digest-wrong",
    `The bytes of part ${number} do not match ${header} and were not kept. Send them again.`,
  );
