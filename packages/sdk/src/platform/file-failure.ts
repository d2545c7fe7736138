import { LocalFileError } from "../errors.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  EFBIG: "the file system takes no file of this size",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long for this file system",
  ELOOP: "symbolic links lead in circles",
  EMFILE: "too many files are open",
  EIO: "the disk failed",
};

/** The system's failure as one line for a person; the original is its `cause`. */
export function describeFileFailure(error: unknown, path: string, action: "read" | "write" | "remove"): LocalFileError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const known = typeof code === "string" ? (reasons[code] ?? code) : undefined;
  const reason = known ?? (error instanceof Error ? error.message : "unknown failure");
  return new LocalFileError(`Cannot ${action} ${path}: ${reason}.`, { cause: error, path });
}

/** No room: what was written so far is good. */
export function isDiskFull(error: unknown): boolean {
  const cause: unknown = error instanceof LocalFileError ? error.cause : undefined;
  return cause instanceof Error && ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(Reflect.get(cause, "code")));
}
