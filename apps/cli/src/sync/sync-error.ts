import { CliError } from "../command-line/errors.ts";

export type SyncErrorCode =
  | "already-running"
  | "empty-source"
  | "index-unusable"
  | "source-gone"
  | "source-missing"
  | "target-not-a-folder"
  | "too-many-deletions";

/** Why a sync does not begin or go on. What was done until then stays done. */
export class SyncError extends CliError {
  override name = "SyncError";

  constructor(code: SyncErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
