/** Why a disk refuses writes: it is full or read-only. */
export type RefusedWrite = "full" | "read-only";

const refusals: ReadonlyMap<string | undefined, RefusedWrite> = new Map<string, RefusedWrite>([
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
]);

/** The operating system's error code, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Determined from the operating system's error code, whichever adapter met it; undefined for every other failure. */
export function refusedWriteOf(error: unknown): RefusedWrite | undefined {
  return refusals.get(errnoOf(error));
}
