import { LEAF_BYTES } from "../platform/local-files.ts";
import type { RunningSha256 } from "../platform/platform.ts";
import type { SentPart } from "./part-uploads.ts";

/** Announced at `/x/v1/about` by servers that verify parts by the digests of their leaves. */
export const LEAVES_EXTENSION = "leaves";

/**
 * How the bytes of a part are verified: by their SHA-256, or by that of the SHA-256s of their leaves, which the server
 * keeps.
 */
export type ProofKind = "whole" | "leaves";

export interface PartProof {
  kind: ProofKind;
  /** 64 lower-case hexadecimal digits. */
  digest: string;
}

const HEADERS = { whole: "content-digest", leaves: "leaves-digest" } as const;

export const proofHeader = ({ kind, digest }: PartProof): Record<string, string> => ({
  [HEADERS[kind]]: `sha-256=:${base64(digest)}:`,
});

/** Whether the server is known to have these very bytes. */
export const hasBytes = (there: SentPart, { kind, digest }: PartProof): boolean =>
  digest === (kind === "whole" ? there.sha256 : there.leavesSha256);

/** The digest of leaves, for bytes that come one after the other. */
export function startLeaves(start: () => RunningSha256): RunningSha256 {
  const whole = start();
  let [leaf, leafBytes] = [start(), 0];
  const endLeaf = () => {
    whole.update(bytesOf(leaf.digest()));
    [leaf, leafBytes] = [start(), 0];
  };
  return {
    update(bytes) {
      for (let at = 0; at < bytes.byteLength;) {
        const taken = bytes.subarray(at, at + LEAF_BYTES - leafBytes);
        leaf.update(taken);
        leafBytes += taken.byteLength;
        at += taken.byteLength;
        if (leafBytes === LEAF_BYTES) endLeaf();
      }
    },
    digest() {
      if (leafBytes > 0) endLeaf();
      return whole.digest();
    },
  };
}

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));

const base64 = (hex: string): string => btoa(String.fromCharCode(...bytesOf(hex)));
