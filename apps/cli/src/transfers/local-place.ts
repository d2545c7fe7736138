import { stat } from "node:fs/promises";
import { sep } from "node:path";
import { fromRemoteName } from "@consigne/contract/remote-names";
import { CliError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";
import type { LocalNames } from "../sync/trees/local-names.ts";

/** Written with a trailing slash: a folder, whether it exists or not. */
export const isFolderMeant = (path: string): boolean => path.endsWith("/") || path.endsWith(sep);

export async function isLocalFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * The local name for a name from the server. `line` is a command line that saves it under another name.
 * @throws {CliError} for a name that is impossible here, such as one that leads elsewhere
 */
export function localNameOf(remoteName: string, names: LocalNames, line: string): string {
  const name = fromRemoteName(remoteName);
  const why = names.whyUnusable(name);
  if (why === undefined) return names.toDisk(name);
  const what = `"${visible(name)}" cannot be stored under its name: ${why}`;
  throw new CliError("local-name", `${what}. Choose another: ${line}`);
}
