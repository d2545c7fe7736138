import { DomainError } from "../errors.ts";
import { BlobStoreError } from "../ports/blob-store.ts";

/** Says a store's failure in the domain's words. */
export function storageRefusal(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  if (error.failure === "full") {
    return new DomainError("storage-full", "The server's storage is full; nothing of this upload was kept.", {
      cause: error,
    });
  }
  return new DomainError(
    "storage-unavailable",
    "The server cannot write to its storage; nothing of this upload was kept.",
    {
      cause: error,
    },
  );
}
