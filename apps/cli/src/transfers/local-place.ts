import { stat } from "node:fs/promises";
import { sep } from "node:path";
import { fromRemoteName } from "@consigne/contract/remote-names";
import { CliError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";
import type { LocalNames } from "../sync/trees/local-names.ts";

/** Written with a slash at its end: a folder, there or not. */
export const isFolderMeant = (path: string): boolean => path.endsWith("/") || path.endsWith(sep);

export async function isLocalFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * What a name of the server is called on this disk. `line` stores it under a name of the person's own.
 * @throws {CliError} for a name that is none here, such as one that leads elsewhere
 */
export function localNameOf(remoteName: string, names: LocalNames, line: string): string {
  const name = fromRemoteName(remoteName);
  const why = names.whyUnusable(name);
  if (why === undefined) return names.toDisk(name);
  const what = `"${visible(name)}" cannot be stored under its name: ${why}`;
  throw new CliError("local-name", `${what}. Choose another: ${line}`);
}
