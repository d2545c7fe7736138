import { BlobStoreError, refusedWriteOf } from "@consigne/core";
import type { BlobStoreFailure } from "@consigne/core";

const messages: Record<BlobStoreFailure, string> = {
  full: "The disk that holds the blobs is full.",
  "read-only": "The folder that holds the blobs may not be written.",
  unavailable: "The disk that holds the blobs does not work.",
};

/** Why bytes could not be read; the text suggests no remedy for writing. */
export function toReadError(error: unknown): BlobStoreError {
  if (error instanceof BlobStoreError) return error;
  return new BlobStoreError("unavailable", "The disk that holds the blobs cannot be read.", { cause: error });
}

/** Why bytes could not be written or removed. */
export function toWriteError(error: unknown): BlobStoreError {
  if (error instanceof BlobStoreError) return error;
  const failure = refusedWriteOf(error) ?? "unavailable";
  return new BlobStoreError(failure, messages[failure], { cause: error });
}
