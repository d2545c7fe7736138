import { ArgumentError, DomainError } from "../errors.ts";
import { partCountOf, partSpanOf } from "../ports/blob-store.ts";
import type { PartHead } from "./incoming-part.ts";
import { requireSameProof } from "./part-proof.ts";
import type { PartUpload, ReceivedPart } from "./part-upload.ts";

/** @throws {DomainError} `bad-argument` for anything that is not a part of this upload */
export function headOf(
  { blob }: PartUpload,
  { number, sizeBytes, proof }: Omit<PartHead, "sizeBytes"> & { sizeBytes: number | undefined },
): PartHead {
  const count = partCountOf(blob);
  if (number < 1 || number > count) {
    throw new ArgumentError("other", `This upload has parts 1 to ${count}; nothing was stored.`);
  }
  const { start, end } = partSpanOf(blob, number);
  const wanted = end - start + 1;
  if (sizeBytes === wanted) return { number, sizeBytes, proof };
  const said = sizeBytes === undefined ? "and Content-Length is missing" : `not ${sizeBytes}`;
  throw new ArgumentError(
    "other",
    `Part ${number} of this upload must have ${wanted} bytes, ${said}; it was not kept.`,
  );
}

/** @throws {DomainError} `upload-in-progress`, `part-differs` */
export function whatIsThere(known: ReceivedPart | undefined, { number, proof }: PartHead): "there" {
  if (known === undefined) {
    throw new DomainError("upload-in-progress", `Another request is sending part ${number}. Try again in a moment.`);
  }
  requireSameProof(known, proof);
  return "there";
}
