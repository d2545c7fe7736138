import type { BigIntStats } from "node:fs";

/** Resolution of the coarsest file system clock: FAT counts in steps of two seconds. */
const COARSEST_CLOCK_MS = 2000n;

/** Everything about a file that changes with its content. Programs cannot set the change time back. */
export function stampOf(found: BigIntStats): string {
  // `join` creates one flat string; a template would keep its pieces in memory, for every file of the tree.
  return [found.size, found.mtimeNs, found.ctimeNs, found.ino].join(".");
}

/**
 * Whether a file with this stamp, read from `readFromMs` on, can be distinguished from a later version of it: a change
 * within the same tick of the file system's clock would leave the same stamp.
 */
export function isSettled(stamp: string, readFromMs: number): boolean {
  const changedAtNs = BigInt(stamp.split(".")[2] ?? 0);
  return changedAtNs / 1_000_000n + COARSEST_CLOCK_MS < BigInt(Math.floor(readFromMs));
}
