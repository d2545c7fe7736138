import { reasonOf, systemFailure } from "@consigne/contract/system-reasons";
import { LocalFileError } from "../errors.ts";

/** A system error as one line for a person; the error itself is its `cause`. */
export function describeFileFailure(error: unknown, path: string, action: "read" | "write" | "remove"): LocalFileError {
  const isFolderMissing = action === "write" && systemFailure(error)?.kind === "missing";
  const reason = isFolderMissing ? "its folder does not exist" : reasonOf(error);
  return new LocalFileError(`Cannot ${action} ${path}: ${reason}.`, { cause: error, path });
}

/** The disk is full: what was written so far is good. */
export function isDiskFull(error: unknown): boolean {
  const cause: unknown = error instanceof LocalFileError ? error.cause : undefined;
  return systemFailure(cause)?.kind === "no-room";
}
