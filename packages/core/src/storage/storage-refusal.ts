import { DomainError, isDomainError } from "../errors.ts";
import { BlobStoreError } from "../ports/blob-store.ts";

/** Translates the error of a store that did not take an upload's bytes. Other errors are returned unchanged. */
export function uploadRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  return error.failure === "full"
    ? refusal("storage-full", "The server's storage is full; nothing of this upload was kept.", error)
    : refusal("storage-unavailable", "The server cannot write to its storage; nothing of this upload was kept.", error);
}

/** Like `uploadRefusal`, for an upload whose parts are kept: the message is adapted accordingly. */
export function partsRefusal(error: unknown): unknown {
  const refused = uploadRefusal(error);
  if (isDomainError(refused, "storage-full"))
    return refusal("storage-full", `The server is out of space; ${KEPT}`, refused);
  if (!isDomainError(refused, "storage-unavailable")) return refused;
  return refusal("storage-unavailable", `The server cannot write to its storage; ${KEPT}`, refused);
}

/** Like `uploadRefusal`, for a batch: files that were already reported are stored. */
export function batchRefusal(error: unknown): unknown {
  const refused = uploadRefusal(error);
  if (isDomainError(refused, "storage-full"))
    return refusal("storage-full", `The server is out of space; ${UNANSWERED}`, refused);
  if (!isDomainError(refused, "storage-unavailable")) return refused;
  return refusal("storage-unavailable", `The server cannot write to its storage; ${UNANSWERED}`, refused);
}

const UNANSWERED = "files of this batch that were not answered were not stored.";
const KEPT = "what had arrived of this upload is kept.";

/** For reading a stored file. */
export function downloadRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  const text = "The server cannot read this file from its storage now; nothing was sent. Try again later.";
  return refusal("storage-unavailable", text, error);
}

/** For asking the store for its free space before a change. */
export function changeRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  return refusal("storage-unavailable", "The server cannot reach its storage; nothing was changed.", error);
}

function refusal(code: "storage-full" | "storage-unavailable", text: string, cause: Error): DomainError {
  return new DomainError(code, text, { cause });
}
