import { statSync, utimesSync, writeFileSync } from "node:fs";

/** The date of files that `rewriteKeepingDate` changes; in whole seconds, which every file system keeps. */
export const KEPT_DATE = 1;

/** As programs write that set the date of a file back, such as rsync and VeraCrypt. */
export function rewriteKeepingDate(path: string, bytes: Uint8Array): void {
  const { ctimeNs } = statSync(path, { bigint: true });
  writeFileSync(path, bytes);
  // The clock of a file system moves in steps.
  do utimesSync(path, KEPT_DATE, KEPT_DATE);
  while (statSync(path, { bigint: true }).ctimeNs === ctimeNs);
}
