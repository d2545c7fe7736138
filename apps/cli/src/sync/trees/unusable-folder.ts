import { stat } from "node:fs/promises";
import { exitCodes } from "../../command-line/exit-codes.ts";
import { asSystemFailure } from "../../command-line/system-failures.ts";
import { visible } from "../../command-line/visible-text.ts";
import { SyncError } from "./sync-error.ts";

/** Explains why a local folder cannot be used: `error` is the system's answer to listing it. */
export async function unusableFolder(path: string, error: unknown): Promise<unknown> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    const text = `${visible(path)} is a file, not a folder; use \`put\` or \`get\` for files. Nothing was changed.`;
    return new SyncError("not-a-folder", text, { cause: error, exitCode: exitCodes.conflict });
  }
  const known = asSystemFailure(error);
  if (known === undefined) return error;
  return new SyncError("source-missing", `${known.message} Nothing was changed.`, {
    cause: error,
    exitCode: known.exitCode,
  });
}
