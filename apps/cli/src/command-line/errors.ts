import { exitCodes } from "./exit-codes.ts";

/** Something that the user can fix: shown as one line, without a stack trace. */
export class CliError extends Error {
  override name = "CliError";
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, message: string, options?: ErrorOptions & { exitCode?: number }) {
    super(message, options);
    this.code = code;
    this.exitCode = options?.exitCode ?? exitCodes.failure;
  }
}

/** The command line could not be understood. */
export class UsageError extends CliError {
  override name = "UsageError";

  constructor(message: string) {
    super("usage", message, { exitCode: exitCodes.usage });
  }
}

/** Thrown by whatever was interrupted: the reason of the signal from `interruption`. */
export class InterruptedError extends Error {
  override name = "InterruptedError";

  /** @param whatNow what was kept and how to continue, if it differs from uploads and downloads */
  constructor(
    whatNow = "Completed transfers are kept; run the command again for the rest. " +
      "Downloads resume, and so do uploads of files of 16 MiB and more to a Consigne server; others start over.",
  ) {
    super(`interrupted. ${whatNow}`);
  }
}
