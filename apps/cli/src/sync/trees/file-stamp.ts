import type { BigIntStats } from "node:fs";

/** A clock of a file system may stand still for this long: FAT counts in steps of two seconds. */
const COARSEST_CLOCK_MS = 2000n;

/** Everything of a file that changes when its content does. The change time cannot be set back by programs. */
export function stampOf(found: BigIntStats): string {
  // `join` makes one flat text; a template would keep its pieces in memory, for every file of the tree.
  return [found.size, found.mtimeNs, found.ctimeNs, found.ino].join(".");
}

/**
 * Whether a file with this stamp, read from `readFromMs` on, can be told from a later version of it: a change within
 * the same tick of the file system's clock would leave the same stamp.
 */
export function isSettled(stamp: string, readFromMs: number): boolean {
  const changedAtNs = BigInt(stamp.split(".")[2] ?? 0);
  return changedAtNs / 1_000_000n + COARSEST_CLOCK_MS < BigInt(Math.floor(readFromMs));
}
