import { type ApiError, isApiError } from "@consigne/sdk";
import { CliError } from "./errors.ts";
import { nameOfExit } from "./exit-codes.ts";
import { asCliError } from "./sdk-failures.ts";
import { asSystemFailure, exitCodeOfSystem } from "./system-failures.ts";

/** A failure that a person can do something about; undefined for a mistake of our own. */
export function knownFailure(error: unknown): CliError | undefined {
  return error instanceof CliError ? error : (asCliError(error) ?? asSystemFailure(error));
}

/** What a program may want to know of a failure: the call, and what the server's operator finds it by. */
export function factsOf(error: unknown): Partial<Pick<ApiError, "endpoint" | "status" | "number" | "requestId">> {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (!isApiError(each)) continue;
    const { endpoint, status, number, requestId } = each;
    return { endpoint, status, number, requestId };
  }
  return {};
}

/** The line of `--json` for what failed of several; the fields of an `error` and what the command adds. */
export function failureLine(fields: { path: string; message: string }, error: unknown): string {
  const known = knownFailure(error);
  const exitCode = known?.exitCode ?? exitCodeOfSystem(error);
  const code = known?.code ?? nameOfExit(exitCode);
  return JSON.stringify({ type: "failure", ...fields, code, exitCode, ...factsOf(error) });
}
