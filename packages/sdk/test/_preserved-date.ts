import { statSync, utimesSync, writeFileSync } from "node:fs";

/** The date of files changed by `rewritePreservingDate`, in whole seconds, which every file system stores. */
export const PRESERVED_DATE = 1;

/** Like programs that reset a file's date, such as rsync and VeraCrypt. */
export function rewritePreservingDate(path: string, bytes: Uint8Array): void {
  const { ctimeNs } = statSync(path, { bigint: true });
  writeFileSync(path, bytes);
  // A file system's clock moves in steps.
  do utimesSync(path, PRESERVED_DATE, PRESERVED_DATE);
  while (statSync(path, { bigint: true }).ctimeNs === ctimeNs);
}
