import { systemFailure, type SystemFailureKind } from "@consigne/contract/system-reasons";
import { CliError } from "./errors.ts";
import { type ExitCodeName, exitCodes } from "./exit-codes.ts";
import { visible } from "./visible-text.ts";

const exits: Partial<Record<SystemFailureKind, ExitCodeName>> = {
  missing: "notFound",
  "in-the-way": "conflict",
  "no-room": "quota",
};

/** Node's replacement for bytes that are not valid UTF-8: a name that contains it does not exist on the disk. */
const REPLACEMENT = "\ufffd";

function notUtf8(path: string, cause: unknown): CliError {
  const why = "its name is not valid UTF-8 and cannot be sent; rename it first";
  return new CliError("local-name", `${visible(path)}: ${why}.`, { cause });
}

/** The exit code for a system error about a file; the innermost cause with a code counts. */
export function exitCodeOfSystem(error: unknown): number {
  for (let each = error; each instanceof Error; each = each.cause) {
    const failure = systemFailure(each);
    if (failure !== undefined) return exitCodes[(failure.kind && exits[failure.kind]) ?? "failure"];
  }
  return exitCodes.failure;
}

/** A system error about a local file as a line for people; undefined for any other failure. */
export function asSystemFailure(error: unknown): CliError | undefined {
  const failure = systemFailure(error);
  const path: unknown = error instanceof Error ? Reflect.get(error, "path") : undefined;
  if (failure === undefined || typeof path !== "string") return undefined;
  if (failure.kind === "missing" && path.includes(REPLACEMENT)) return notUtf8(path, error);
  return new CliError("local-file", `${visible(path)}: ${failure.reason}.`, {
    cause: error,
    exitCode: exitCodeOfSystem(error),
  });
}
