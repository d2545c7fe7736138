import { statSync, utimesSync, writeFileSync } from "node:fs";

/** The date of files changed by `rewriteKeepingDate`, in whole seconds, which every file system stores. */
export const KEPT_DATE = 1;

/** Like programs that reset a file's date, such as rsync and VeraCrypt. */
export function rewriteKeepingDate(path: string, bytes: Uint8Array): void {
  const { ctimeNs } = statSync(path, { bigint: true });
  writeFileSync(path, bytes);
  // A file system's clock moves in steps.
  do utimesSync(path, KEPT_DATE, KEPT_DATE);
  while (statSync(path, { bigint: true }).ctimeNs === ctimeNs);
}
