import { CliError, systemCode } from "./errors.ts";
import { type ExitCodeName, exitCodes } from "./exit-codes.ts";
import { visible } from "./visible-text.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "something of this name is there already",
  ENOTEMPTY: "the folder is not empty",
  ENAMETOOLONG: "the name is too long for this file system",
  ELOOP: "symbolic links lead in circles",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  EMFILE: "too many files are open",
  EIO: "the disk failed",
  EBADF: "it is not open for that",
};

const exits: Readonly<Record<string, ExitCodeName>> = {
  ENOENT: "notFound",
  ENOTDIR: "conflict",
  EISDIR: "conflict",
  EEXIST: "conflict",
  ENOTEMPTY: "conflict",
  ENOSPC: "quota",
  EDQUOT: "quota",
};

/** The exit code for what the system says of a file; the innermost cause that carries a code counts. */
export function exitCodeOfSystem(error: unknown): number {
  for (let each = error; each instanceof Error; each = each.cause) {
    const code = systemCode(each);
    if (code !== undefined && code in reasons) return exitCodes[exits[code] ?? "failure"];
  }
  return exitCodes.failure;
}

/** What the system says of a file, in words without a full stop. */
export function reasonOfSystem(error: unknown): string | undefined {
  return reasons[systemCode(error) ?? ""];
}

/** What the system says of a local file, as a line for a person; undefined for any other failure. */
export function asSystemFailure(error: unknown): CliError | undefined {
  const reason = reasonOfSystem(error);
  const path: unknown = error instanceof Error ? Reflect.get(error, "path") : undefined;
  if (reason === undefined || typeof path !== "string") return undefined;
  return new CliError("local-file", `${visible(path)}: ${reason}.`, {
    cause: error,
    exitCode: exitCodeOfSystem(error),
  });
}
