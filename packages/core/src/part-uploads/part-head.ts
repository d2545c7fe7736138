import { DomainError } from "../errors.ts";
import { partCountOf, partSpanOf } from "../ports/blob-store.ts";
import type { PartHead } from "./incoming-part.ts";
import type { PartUpload, ReceivedPart } from "./part-upload.ts";

/** @throws {DomainError} `bad-argument` for what is no part of this upload */
export function headOf(
  { blob }: PartUpload,
  { number, sizeBytes, sha256 }: { number: number; sizeBytes: number | undefined; sha256: string },
): PartHead {
  const count = partCountOf(blob);
  if (number < 1 || number > count) {
    throw new DomainError("bad-argument", `This upload has the parts 1 to ${count}; nothing was stored.`);
  }
  const { start, end } = partSpanOf(blob, number);
  const wanted = end - start + 1;
  if (sizeBytes === wanted) return { number, sizeBytes, sha256 };
  const said = sizeBytes === undefined ? "Content-Length is missing" : `not ${sizeBytes}`;
  throw new DomainError("bad-argument", `Part ${number} of this upload has ${wanted} bytes: ${said}; it was not kept.`);
}

/** @throws {DomainError} `upload-in-progress`, `part-differs` */
export function whatIsThere(known: ReceivedPart | undefined, { number, sha256 }: PartHead): "there" {
  if (known === undefined) {
    throw new DomainError("upload-in-progress", `Part ${number} comes by another request at this moment.`);
  }
  if (known.sha256 === sha256) return "there";
  throw new DomainError(
    "part-differs",
    `Part ${number} came before with other bytes, which stay. If the file has changed, abort the upload and begin another.`,
  );
}
