/** Why a disk takes nothing more: it has no room, or it may not be written. */
export type RefusedWrite = "full" | "read-only";

const refusals: ReadonlyMap<string | undefined, RefusedWrite> = new Map<string, RefusedWrite>([
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
]);

/** The operating system's name of a failure, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** By the operating system's name of a failure, whichever adapter met it; undefined for every other failure. */
export function refusedWriteOf(error: unknown): RefusedWrite | undefined {
  return refusals.get(errnoOf(error));
}
