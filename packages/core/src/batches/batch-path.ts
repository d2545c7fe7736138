import { type DomainError, type DomainErrorCode, isDomainError } from "../errors.ts";
import { storedName } from "../files/names.ts";
import { requireDepth } from "../folders/folder-depth.ts";

export interface BatchPath {
  /** Normalized names. */
  readonly folders: readonly string[];
  readonly name: string;
}

/** @throws {DomainError} `bad-name`, `folder-too-deep` */
export function batchPathOf(path: string): BatchPath {
  const given = path.split("/");
  requireDepth({ depth: 0, levels: given.length - 1 });
  const names = given.map(storedName);
  const name = names.pop() ?? "";
  return { folders: names, name };
}

const ofOneFile: ReadonlySet<DomainErrorCode> = new Set([
  "bad-name",
  "digest-wrong",
  "empty-file-refused",
  "file-exists",
  "file-not-found",
  "file-too-large",
  "folder-not-found",
  "folder-too-deep",
  "not-allowed",
  "quota-exceeded",
  "scope-missing",
]);

/** A refusal that concerns one file only: the batch continues with the next. */
export function isOfOneFile(error: unknown): error is DomainError {
  return isDomainError(error) && ofOneFile.has(error.code);
}
