/** Why a disk takes nothing more: it has no room, or it may not be written. */
export type RefusedWrite = "full" | "read-only";

const refusals: ReadonlyMap<unknown, RefusedWrite> = new Map<unknown, RefusedWrite>([
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
]);

/** By the operating system's name of a failure, whichever adapter met it; undefined for every other failure. */
export function refusedWriteOf(error: unknown): RefusedWrite | undefined {
  return error instanceof Error && "code" in error ? refusals.get(error.code) : undefined;
}
