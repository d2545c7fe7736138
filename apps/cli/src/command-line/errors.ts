import { exitCodes } from "./exit-codes.ts";

/** Something the person can put right: shown as one line, without a stack. */
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

/** The command was called in a way it does not understand. */
export class UsageError extends CliError {
  override name = "UsageError";

  constructor(message: string) {
    super("usage", message, { exitCode: exitCodes.usage });
  }
}

/** Thrown by whatever was interrupted: the reason of the signal that `interruption` gave out. */
export class InterruptedError extends Error {
  override name = "InterruptedError";

  /** @param whatNow what was kept and how to go on, where that is not as for files that are sent and fetched */
  constructor(
    whatNow = "Completed transfers are kept; run the command again for the rest. " +
      "Downloads resume, and so do uploads of files of 16 MiB and more to a Consigne server; others start over.",
  ) {
    super(`interrupted. ${whatNow}`);
  }
}
