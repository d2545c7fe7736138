import { type ApiError, isApiError } from "@consigne/sdk";
import { CliError } from "./errors.ts";
import { nameOfExit } from "./exit-codes.ts";
import { asCliError } from "./sdk-failures.ts";
import { asSystemFailure, exitCodeOfSystem } from "./system-failures.ts";

/** A failure that the user can do something about; undefined for a bug. */
export function knownFailure(error: unknown): CliError | undefined {
  return error instanceof CliError ? error : (asCliError(error) ?? asSystemFailure(error));
}

/** Details of a failure for programs: the call, and the id that finds it in the server's log. */
export function factsOf(error: unknown): Partial<Pick<ApiError, "endpoint" | "status" | "number" | "requestId">> {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (!isApiError(each)) continue;
    const { endpoint, status, number, requestId } = each;
    return { endpoint, status, number, requestId };
  }
  return {};
}

/**
 * The `--json` line for one of several things that failed; the fields of an `error` and those that the command adds.
 */
export function failureLine(fields: { path: string; message: string }, error: unknown): string {
  const known = knownFailure(error);
  const exitCode = known?.exitCode ?? exitCodeOfSystem(error);
  const code = known?.code ?? nameOfExit(exitCode);
  return JSON.stringify({ type: "failure", ...fields, code, exitCode, ...factsOf(error) });
}
