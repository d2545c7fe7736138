import { DomainError, isDomainError } from "../errors.ts";
import { BlobStoreError } from "../ports/blob-store.ts";

/** What a store that did not take the bytes of an upload means for it, in the domain's words. Other errors stay as they are. */
export function uploadRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  return error.failure === "full"
    ? refusal("storage-full", "The server's storage is full; nothing of this upload was kept.", error)
    : refusal("storage-unavailable", "The server cannot write to its storage; nothing of this upload was kept.", error);
}

/** As `uploadRefusal`, for an upload whose parts stay: refusals in the words of one whose bytes do not are put into these. */
export function partsRefusal(error: unknown): unknown {
  const refused = uploadRefusal(error);
  if (isDomainError(refused, "storage-full"))
    return refusal("storage-full", `The server is out of space; ${KEPT}`, refused);
  if (!isDomainError(refused, "storage-unavailable")) return refused;
  return refusal("storage-unavailable", `The server cannot write to its storage; ${KEPT}`, refused);
}

/** As `uploadRefusal`, for a batch: the files that were answered are stored. */
export function batchRefusal(error: unknown): unknown {
  const refused = uploadRefusal(error);
  if (isDomainError(refused, "storage-full"))
    return refusal("storage-full", `The server is out of space; ${UNANSWERED}`, refused);
  if (!isDomainError(refused, "storage-unavailable")) return refused;
  return refusal("storage-unavailable", `The server cannot write to its storage; ${UNANSWERED}`, refused);
}

const UNANSWERED = "files of this batch that were not answered were not stored.";
const KEPT = "what had arrived of this upload is kept.";

/** Where a stored file was to be read. */
export function downloadRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  const text = "The server cannot read this file from its storage now; nothing was sent. Try again later.";
  return refusal("storage-unavailable", text, error);
}

/** Where the store was asked for its room before something was changed. */
export function changeRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  return refusal("storage-unavailable", "The server cannot reach its storage; nothing was changed.", error);
}

function refusal(code: "storage-full" | "storage-unavailable", text: string, cause: Error): DomainError {
  return new DomainError(code, text, { cause });
}
