import { CliError } from "../../command-line/errors.ts";

export type SyncErrorCode =
  | "already-running"
  | "empty-source"
  | "index-unusable"
  | "not-a-folder"
  | "source-gone"
  | "source-missing"
  | "too-many-deletions";

/** Why a sync does not begin or continue. What was done until then stays done. */
export class SyncError extends CliError {
  override name = "SyncError";

  constructor(code: SyncErrorCode, message: string, options?: ErrorOptions & { exitCode?: number }) {
    super(code, message, options);
  }
}
